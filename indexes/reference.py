"""Questions about everything and nothing: what a search finds for them is the background.

A collection has an answer to few of them, whatever it is about. The best hits of the rest
show how well a passage matches a question that it does not answer.
"""

from __future__ import annotations

REFERENCE_QUERIES: tuple[str, ...] = tuple(
    """
how long to boil an egg
why do cats purr
best time to plant tulip bulbs
who invented the telephone
symptoms of a sprained ankle
how to remove red wine from a carpet
train times to the coast on sunday
what is the capital of mongolia
history of the silk road
how do airplanes stay in the air
recipe for vegetable lasagne
cheap flights in november
how to tie a bow tie
causes of the first world war
distance from the earth to the moon
how to train a puppy not to bite
what does a notary do
rules of chess for beginners
why is the sky blue
how to change a flat tyre
exercises for lower back pain
how much water should one drink a day
birthday present for a ten year old
what is the difference between a crocodile and an alligator
how to grow tomatoes on a balcony
when was the printing press invented
how does a refrigerator work
signs of iron deficiency
how to write a letter of condolence
what is compound interest
average rainfall in the amazon
how to sharpen a kitchen knife
famous paintings of the renaissance
how to apply for a passport
what do owls eat
removing rust from a bicycle chain
how many players are in a rugby team
meaning of the word serendipity
how to fold a paper crane
is it safe to reheat rice
why do leaves change colour in autumn
how to calm a crying baby
what causes thunder
how to get rid of ants in the kitchen
longest river in europe
how to prepare for a job interview
the life cycle of a butterfly
how is cheese made
ways to save on the heating bill
who wrote moby dick
how to descale a kettle
what is a leap year
how to read sheet music
treatment for a bee sting
why do we dream
what is the tallest mountain in africa
how to knit a scarf
side effects of ibuprofen
how to clean suede shoes
best breed of dog for a small flat
how do vaccines work
what to see in lisbon in three days
how to make sourdough starter
when do swallows migrate
how to fix a dripping tap
what is the greenhouse effect
how to hang wallpaper
rent or buy a house
how to ask for a pay rise
what is the speed of sound
how to play the ukulele
traditional wedding customs in japan
how to store potatoes over winter
who won the world cup in 1966
how to park a car in a narrow space
what are black holes made of
how to make candles at home
why do onions make you cry
how to choose a mattress
the rise and fall of the roman empire
learning to swim as an adult
what does a marine biologist do
how to prune roses
can horses sleep standing up
the parliament met on tuesday to vote on the budget
the goalkeeper was injured in the second half
she packed her suitcase the night before the journey
the orchestra rehearsed until midnight
a storm damaged the roof of the old church
the bakery on the corner sells fresh rolls
he forgot his keys and waited on the stairs
ticket prices for the museum went up again
the harvest was poor because of the dry summer
a new bridge will connect both parts of the town
my grandmother kept hens behind the house
the jury praised the young pianist
""".strip().splitlines()
)
