"""What language a text is in, told by its letters and its commonest words.

Good for what it is asked: which documents the encoder does not know, and `--lang`. It is
measured in `benchmarks/languages.py`; a text too short or too mixed to tell gets no language.
"""

from __future__ import annotations

import re
from collections import Counter

UNKNOWN = "xx"
"""Words there are, but of no language that is known here."""

SAMPLE_CHARS = 6000
MIN_WORDS = 15
MIN_SHARE = 0.13
"""Share of a text's words that the commonest words of its language make up, at the least."""

MIN_LETTERS = 8
"""Letters of a script that only one language uses, or nearly so."""

MIN_DISTINCT = 4
"""Different ones of these words that must be there: one letter alone may be a name in code."""

OTHER_SCRIPT_SHARE = 0.2
"""Share of letters that tells a language among names and commands in Latin letters."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("greek", 0x370, 0x3FF), ("cyrillic", 0x400, 0x52F), ("hy", 0x530, 0x58F),
    ("he", 0x590, 0x5FF), ("arabic", 0x600, 0x6FF), ("arabic", 0x750, 0x77F),
    ("devanagari", 0x900, 0x97F), ("bn", 0x980, 0x9FF), ("pa", 0xA00, 0xA7F),
    ("gu", 0xA80, 0xAFF), ("or", 0xB00, 0xB7F), ("ta", 0xB80, 0xBFF), ("te", 0xC00, 0xC7F),
    ("kn", 0xC80, 0xCFF), ("ml", 0xD00, 0xD7F), ("si", 0xD80, 0xDFF), ("th", 0xE00, 0xE7F),
    ("lo", 0xE80, 0xEFF), ("bo", 0xF00, 0xFFF), ("my", 0x1000, 0x109F), ("ka", 0x10A0, 0x10FF),
    ("ko", 0x1100, 0x11FF), ("am", 0x1200, 0x139F), ("km", 0x1780, 0x17FF),
    ("latin", 0x1E00, 0x1EFF), ("greek", 0x1F00, 0x1FFF), ("kana", 0x3040, 0x30FF),
    ("han", 0x3400, 0x4DBF), ("han", 0x4E00, 0x9FFF), ("ko", 0xAC00, 0xD7AF),
    ("arabic", 0xFB50, 0xFDFF), ("arabic", 0xFE70, 0xFEFF),
)  # fmt: skip

_COMMON: dict[str, dict[str, str]] = {
    "latin": {
        "en": "the of and to in is that for it as was with be on by this are or an have from not "
              "you which at they but if can will all has one their there we when your",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
              "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie",
        "fr": "de la le et les des en un du une est que dans qui par pour au il sur ne se pas plus "
              "ce avec sont ou son aux ses cette mais comme nous leur être",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como más o "
              "pero sus le ha me si sin sobre este ya entre cuando todo esta son derecho",
        "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas "
              "foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também direito",
        "gl": "de a o que e do da en un para é con non unha os no se na por máis as dos como pero "
              "foi ao el das ten á seu súa ou ser dereito toda persoa ten polo coa nin",
        "it": "di e il la che in a per un è del non si della una i da con le dei come nel al alla "
              "sono ha più gli o delle ma nella ogni diritto individuo essere",
        "ca": "de la i el que a en els les un per amb del una no és al es o dels tota persona dret "
              "té seva pel ni als aquest aquesta més com ha les són llur",
        "oc": "de la e lo que a en los las un per amb del una non es al o dels tota persona drech "
              "dreit sa per ni als aquel aquela mai coma an son dins",
        "ro": "de și în a la cu o pe că un este din nu se pentru au mai al ca sau dreptul are "
              "prin fi sunt care nici persoană unei său sale lui",
        "nl": "de het een en van in is dat op te zijn met voor niet aan er om ook als door maar "
              "of uit deze naar wordt heeft worden zich nog recht ieder",
        "sv": "och i att det som en på är av för med den till inte har de ett om var han från så "
              "vid kan eller sig skall rätt envar",
        "da": "og i at det som en på er af for med den til ikke har de et om var han fra så ved "
              "kan eller sig skal ret enhver hans eller nogen",
        "no": "og i at det som en på er av for med den til ikke har de et om var han fra så ved "
              "kan eller seg skal rett enhver hans noen ble",
        "fi": "ja on ei se että oli hän joka mutta ovat niin kun tai kuin sekä jokaisella oikeus "
              "hänen myös ole mukaan olla tämän sen jos",
        "et": "ja on ei et see oli ta ning või kui mis ka inimesel õigus igal oma selle tema nende "
              "nii aga olla",
        "hu": "a az és hogy nem is egy van meg ez de ha vagy mint minden joga személynek amely "
              "csak volt valamint jog kell sem el azt",
        "pl": "i w na z do nie się że jest o jak to po od za przez dla oraz są ma każdy człowiek "
              "prawo lub jego czy tym być ale",
        "cs": "a v se na je že to s z do o i k za ve by pro jako nebo každý právo má jeho jsou být "
              "ale po tak od při však",
        "sk": "a v sa na je že to s z do o i k za vo by pre ako alebo každý právo má jeho sú byť "
              "ale po tak od pri však",
        "sl": "in v je na se da za z so ki pa o kot ali do vsakdo pravico ima ne pri po bi tudi "
              "svoje njegove iz",
        "hr": "i u je na se da za od su s o kao ili do svatko pravo ima ne pri po bi te što koji "
              "njegov iz svoje",
        "lt": "ir į yra kad su iš tai ar bei žmogus turi teisę kiekvienas jo kaip ne bet už nuo "
              "per savo",
        "lv": "un ir ar uz no par ka vai tas kā tiesības katram cilvēkam savu viņa kas pie ne bez "
              "tiek",
        "tr": "ve bir bu için ile da de her olarak veya hakkı olan ne şahsın daha çok gibi kadar "
              "sonra var değil hakkına",
        "vi": "và của là các có được cho trong không người một những với quyền đã khi mọi này để "
              "hay đều",
        "id": "dan yang di untuk dengan tidak pada dari dalam ini itu atau oleh setiap orang hak "
              "berhak atas adalah akan telah sebagai",
        "sw": "na ya wa kwa ni za katika la kila mtu haki ana yake kuwa au hiyo cha kama watu hii "
              "wake vya",
        "la": "et in est non ad ut cum ex quod sed qui per aut omnes iure ius hominum ab atque "
              "esse quae vel unusquisque sunt habet",
        "eo": "kaj la de en estas ne al por kun ke li ĝi aŭ ĉiu rajtas homo per siaj pri oni tio",
    },
    "cyrillic": {
        "ru": "и в не на что с по как это он но они все его от из к для право имеет каждый человек "
              "или при быть также была было за так",
        "uk": "і в не на що з по як це він та або її від до для право має кожна людина кожний при "
              "бути також у їх які й",
        "be": "і ў не на што з па як гэта ён або ад да для права мае кожны чалавек пры таксама "
              "і іх якія",
        "bg": "и в не на че с по като това той но от за да право има всеки човек или при бъде също "
              "е се са",
        "sr": "и у не на да с по као то он али од за право има свако човек или при бити такође је "
              "се су",
        "mk": "и во не на дека со по како тоа тој но од за да право има секој човек или при биде "
              "исто е се",
        "kk": "және мен бір бұл үшін адам құқығы әр құқылы немесе болып өз де деп жоқ тиіс",
        "mn": "нь ба байна бүр хүн эрх эсвэл энэ юм тул өөрийн болон байх хүний эрхтэй",
    },
    "arabic": {
        "ar": "في من على أن إلى التي الذي هذا كل لكل شخص الحق أو ولا عن ما لا هو كان مع حق أي",
        "fa": "و در به از که این را با است هر حق دارد برای آن یا کس خود شود باشد می های",
        "ur": "اور کے میں کی ہے کا سے کو پر یہ کہ ہر شخص حق نہیں یا گا ہیں اس",
    },
    "devanagari": {
        "hi": "के का की में है को से और पर यह कि या प्रत्येक व्यक्ति अधिकार नहीं भी इस किसी हो",
        "mr": "आहे व या च्या ने ला चा ची हक्क प्रत्येकाला किंवा नाही आणि आपल्या असे",
        "ne": "को मा र छ को लाई ले हुनेछ अधिकार प्रत्येक व्यक्तिलाई वा पनि गर्न हो",
    },
}  # fmt: skip

_SETS = {
    script: {
        language: frozenset(w for w in words.split() if len(w) > 1 or script != "latin")
        for language, words in languages.items()
    }
    for script, languages in _COMMON.items()
}
_ALONE = {"greek": "el", "kana": "ja", "han": "zh"}


def language_of(text: str) -> str:
    """Return the language's two letters, `xx` for one that is not known, or nothing.

    Nothing is returned for a text that is too short to tell.
    """
    sample = _sample(text)
    scripts: Counter[str] = Counter()
    for char, count in Counter(sample).items():
        if char.isalpha() and (script := _script(char)):
            scripts[script] += count
    if not scripts:
        return ""
    letters = scripts.total()
    if scripts["kana"] > letters / 20:
        return "ja"
    others = [(script, n) for script, n in scripts.most_common() if script != "latin"]
    if others and others[0][1] > OTHER_SCRIPT_SHARE * letters:
        main, share = others[0]
    else:
        main, share = scripts.most_common(1)[0]
    if main in _SETS:
        return _by_words(sample, _SETS[main])
    return _ALONE.get(main, main) if share >= MIN_LETTERS else ""


def script_of(text: str) -> str:
    """Return the script that most letters of a text are of; nothing for a text without any."""
    scripts = Counter(script for char in text if char.isalpha() and (script := _script(char)))
    return scripts.most_common(1)[0][0] if scripts else ""


def scripts_of_language(language: str) -> frozenset[str]:
    """Return the scripts that a language is written in."""
    if language == "ja":
        return frozenset(("kana", "han"))
    named = {script for script, languages in _COMMON.items() if language in languages}
    alone = {script for script, one in _ALONE.items() if one == language}
    return frozenset(named | alone or {language})


def _sample(text: str) -> str:
    """Return the beginning and a piece of the middle, where fewer headings are."""
    if len(text) <= SAMPLE_CHARS:
        return text
    half, middle = SAMPLE_CHARS // 2, len(text) // 2
    return f"{text[:half]} {text[middle : middle + half]}"


def _script(char: str) -> str | None:
    code = ord(char)
    if code < 0x250:
        return "latin"
    return next((name for name, first, last in _SCRIPTS if first <= code <= last), None)


def _by_words(sample: str, languages: dict[str, frozenset[str]]) -> str:
    words = dict(Counter([word.casefold().replace("’", "'") for word in _WORD.findall(sample)]))
    total = sum(words.values())
    if total < MIN_WORDS:
        return ""
    shares: dict[str, float] = {}
    for language, common in languages.items():
        found = [words[word] for word in common if word in words]
        shares[language] = sum(found) / total if len(found) >= MIN_DISTINCT else 0.0
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= MIN_SHARE else UNKNOWN if total >= 3 * MIN_WORDS else ""
