"""How similar texts are: pairs, files of pairs, matrices, documents side by side.

Everything here takes an encoder and returns values; nothing is printed. `app.session` gives
it the encoder and the collections.
"""
