"""The words behind the hashes of the index, taken from a text that the reader has.

The index keeps the hash of each step and each sentence. Words with that hash are the words that the
index was made from, wherever the text has them.
"""

from whatwg_websockets.steps.index import Standard
from whatwg_websockets.steps.matching import find_algorithm, folded_as_indexed
from whatwg_websockets.steps.passages import Upstream, UpstreamAlgorithm


class WordsByHash:
    """The words of a text by their hashes.

    Args:
        upstream: the text.
        standard: the standard, as the index has it, with the steps that are folded.
    """

    def __init__(self, upstream: Upstream, standard: Standard) -> None:
        self._words = {each.hash: each.in_one_line for each in upstream.sentences}
        for algorithm in upstream.algorithms:
            self._add(algorithm)
        for indexed in standard.algorithms:
            found = find_algorithm(upstream, indexed)
            if found is not None:
                self._add(folded_as_indexed(found, indexed))

    def _add(self, algorithm: UpstreamAlgorithm) -> None:
        introduction = " ".join(each.in_one_line for each in algorithm.introduction)
        self._words[algorithm.introduction_hash] = introduction
        self._words |= {step.hash: step.in_one_line for step in algorithm.steps.values()}

    def get(self, hash_: str) -> str:
        """Return the words that have a hash; "" if the text does not have these words."""
        return self._words.get(hash_, "")
