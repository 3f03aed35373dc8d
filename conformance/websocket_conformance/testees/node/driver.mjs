// The loop over the cases, which the drivers in Node share.

import { createRequire } from "node:module";

const [directory, url, agent, cases = "", jobs = "1"] = process.argv.slice(2);

export const load = createRequire(`${directory}/`);

function* numbers(text) {
  for (const part of text.split(",").filter(Boolean)) {
    const [first, last] = part.split("-");
    for (let number = Number(first); number <= Number(last ?? first); number++) yield number;
  }
}

// Asks the server about its cases; Autobahn's server cannot answer, so the result is empty then.
async function informationOnAll(open) {
  let infos = "[]";
  await open(`${url}/getCaseInfo`, [], (_, text) => (infos = text));
  return JSON.parse(infos);
}

// `open(url, protocols, onMessage)` connects, and resolves to the close event, or to nothing, when
// the connection has ended.
export async function drive(open) {
  let count = 0;
  if (!cases) await open(`${url}/getCaseCount`, [], (_, text) => (count = Number(text)));
  const infos = count && count !== 517 ? await informationOnAll(open) : [];
  const waiting = numbers(cases || `1-${count}`);
  const play = async () => {
    for (const number of waiting) {
      const query = new URLSearchParams({ case: number, agent });
      const info = infos[number - 1] ?? {};
      const seen = await open(`${url}/runCase?${query}`, info.protocols ?? [], (echo) => echo());
      if (!info.closeEvent || !seen) continue;
      query.set("code", seen.code);
      query.set("wasClean", seen.wasClean);
      await open(`${url}/closeEvent?${query}`, [], () => {});
    }
  };
  await Promise.all(Array.from({ length: Number(jobs) }, play));
  await open(`${url}/updateReports?${new URLSearchParams({ agent })}`, [], () => {});
  process.exit(0);
}
