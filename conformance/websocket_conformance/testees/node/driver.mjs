// What the drivers in Node have in common: the loop over the cases.

import { createRequire } from "node:module";

const [directory, url, agent, cases = "", jobs = "1"] = process.argv.slice(2);

export const load = createRequire(`${directory}/`);

function* numbers(text) {
  for (const part of text.split(",").filter(Boolean)) {
    const [first, last] = part.split("-");
    for (let number = Number(first); number <= Number(last ?? first); number++) yield number;
  }
}

// The subprotocols that a case needs; none of Autobahn's cases needs any.
async function protocolsOf(open, query) {
  let info = "{}";
  await open(`${url}/getCaseInfo?${query}`, [], (_, text) => (info = text));
  return JSON.parse(info).protocols ?? [];
}

// `open(url, protocols, onMessage)` connects, and resolves when the connection has ended.
export async function drive(open) {
  let count = 0;
  if (!cases) await open(`${url}/getCaseCount`, [], (_, text) => (count = Number(text)));
  const waiting = numbers(cases || `1-${count}`);
  const play = async () => {
    for (const number of waiting) {
      const query = new URLSearchParams({ case: number, agent });
      const protocols = count && count !== 517 ? await protocolsOf(open, query) : [];
      await open(`${url}/runCase?${query}`, protocols, (echo) => echo());
    }
  };
  await Promise.all(Array.from({ length: Number(jobs) }, play));
  await open(`${url}/updateReports?${new URLSearchParams({ agent })}`, [], () => {});
  process.exit(0);
}
