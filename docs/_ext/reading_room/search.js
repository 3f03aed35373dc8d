// Functions of Sphinx's search: how a query is split, and how a result is rated. Sphinx copies this
// file into language_data.js (html_search_scorer), before its own searchtools.js is loaded.
//
// By default Sphinx splits "7.1.6" and "dom-websocket-close" at dots and hyphens, and leaves out words
// that are only digits. Here a word that is the whole name of an object of the index stays whole: an
// anchor, a section, a requirement's id, a position, or a close code.
var readingRoom = {
  // The scores of the priorities in decided.py. Other results have lower scores.
  priorities: { 10: 4000, 11: 3000, 12: 2000, 13: 1000 },
  ofOurs: 900,

  names() {
    this._names ??= new Set(
      Object.entries(Search._index.objects).flatMap(([prefix, objects]) =>
        objects.map((each) => (prefix ? `${prefix}.${each[4]}` : each[4]).toLowerCase())));
    return this._names;
  },

  // "4001" and "close code 4001" are found under "4000 to 4999"; "RFC 6455" is not a code.
  rangeAround(word, query) {
    if (!/^\d+$/.test(word) || !/^\d+$|\b(close|code) \d+$/i.test(query.trim())) return undefined;
    return [...this.names()].find((name) => {
      const [, first, last] = name.match(/^(\d+) to (\d+)$/) ?? [];
      return first && Number(first) <= Number(word) && Number(word) <= Number(last);
    });
  },

  // The names that a word of the query stands for, if it stands for any. An id that no requirement
  // has stands for the section that it is made of.
  namesOf(word, query) {
    const bare = word.replace(/^[^\p{Letter}\p{Number}]+|[^\p{Letter}\p{Number}]+$/gu, "");
    const name = bare.toLowerCase();
    if (this.names().has(name)) return [bare];
    const [, number, section] = name.match(/^rfc(\d+)-([\d.]+)(?:-\d+)?$/) ?? [];
    if (section && this.names().has(section)) return [number, section];
    const range = this.rangeAround(name, query);
    return range && [range];
  },

  asked() {
    const query = new URLSearchParams(location.search).get("q") ?? "";
    return new Set(splitQuery(query.toLowerCase()));
  },
};

var splitQuery = (query) =>
  query.split(/\s+/u).flatMap((word) => {
    const names = readingRoom.namesOf(word, query);
    if (names) return names;
    return word.split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu).filter((part) => part);
  });

var Scorer = {
  // An object of ours comes first if the query is its whole name, and else last. A name that
  // is a plain word, such as the anchor "close", may mean anything.
  score: ([, title, , , score]) => {
    if (score < readingRoom.ofOurs) return score;
    const isMeant = /[-.\d]/.test(title) && readingRoom.asked().has(title.toLowerCase());
    return isMeant ? score : score / 4000;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5, ...readingRoom.priorities },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
