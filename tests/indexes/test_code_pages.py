"""Texts in code pages: the one is taken whose letters are those of the text's language."""

import pytest

from indexes.alphabets import fit
from indexes.decoding import decode

HUNGARIAN = (
    "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és "
    "lelkiismerettel bírván, egymással szemben testvéri szellemben kell hogy viseltessenek. A "
    "felsőbb fokú képzés az érdemek alapján mindenki előtt egyenlően nyitva áll."
)
CZECH = (
    "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a "
    "svědomím a mají spolu jednat v duchu bratrství. Nikdo nesmí být mučen ani vězněn bez důvodu."
)
POLISH = (
    "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni "
    "obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa. "
    "Zażółć gęślą jaźń."
)
LITHUANIAN = (
    "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir sąžinė "
    "ir jie turi elgtis vienas kito atžvilgiu kaip broliai."
)
TURKISH = (
    "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler "
    "ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler."
)
FRENCH = (
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de "
    "raison et de conscience et doivent agir les uns envers les autres à la façon des frères."
)
FINNISH = (
    "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on "
    "annettu järki ja omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä. "
    "Hän ei päässyt ääneen."
)
ENGLISH = (
    "It’s a “naïve” question – the café that he meant is not there, and all of it was for you."
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HUNGARIAN, "iso8859_2"),
        (HUNGARIAN, "cp1250"),
        (CZECH, "iso8859_2"),
        (CZECH, "cp1250"),
        ("Příliš žluťoucký kůň úpěl ďábelské ódy.", "iso8859_2"),
        (POLISH, "iso8859_2"),
        (POLISH, "cp1250"),
        (LITHUANIAN, "cp1257"),
        (TURKISH, "cp1254"),
        (FRENCH, "cp1252"),
        (FRENCH, "mac_roman"),
        (FRENCH, "cp850"),
        (FINNISH, "cp1252"),
        ("“Wort” – ein Café", "cp1252"),
        (ENGLISH, "cp1252"),
        ("Señor Müller fue al café; ¡qué día!", "cp1252"),
        ("Все люди рождаются свободными и равными в своем достоинстве и правах.", "cp1251"),
        ("Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια.", "cp1253"),
    ],
)
def test_a_text_in_a_code_page_keeps_its_letters(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_some_words_of_another_script_among_english_keep_theirs():
    text = "The command prints its version: программа печатает версию и выходит. " * 2
    assert decode(text.encode("cp1251")) == text


def test_letters_that_a_language_does_not_have_fit_it_less():
    wrong = HUNGARIAN.encode("iso8859_2").decode("cp1252")
    assert fit(HUNGARIAN) == 1
    assert 0 < fit(wrong) < 1


def test_a_sign_within_a_word_fits_no_language():
    assert fit("“Caf\xe9”") == 1
    assert fit("Caf“s") == 0
    assert fit("Caf‚") == 0
    assert fit("‚so‘") == 1
    assert fit("plain") == 0


@pytest.mark.parametrize("text", ["café", "Grüße", "naïve café crème", "café\tb\t0\nc\tcé\t1\n"])
def test_a_few_words_among_latin_letters_are_western(text):
    assert decode(text.encode("cp1252")) == text


def test_a_few_japanese_words_are_japanese():
    text = "アニメと日本語"
    assert decode(text.encode("cp932")) == text
