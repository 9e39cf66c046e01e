// Makes requests in a process of its own, so that the servers' clock is not the bench's. Asked and answered by messages.
import autocannon from 'autocannon';

/** More would take autocannon longer to build than a round lasts. */
const REQUESTS_PER_CONNECTION = 100;

process.on('message', (plan) => {
  press(plan).then(
    (pressed) => process.send({ pressed }),
    (error) => process.send({ error: error.message }),
  );
});

/** See load.ts. */
async function press({ origin, requests, connections, seconds, amount, status }) {
  const times = new Map();
  let kind = requests[0].kind;
  const isMixed = requests.some((request) => request.kind !== kind);
  let connection = 0;
  const start = performance.now();
  let end = start;
  const run = autocannon({
    url: origin,
    connections,
    ...(amount ? { amount } : { duration: seconds }),
    timeout: 60,
    sampleInt: 100,
    setupClient: (client) => client.setRequests(requestsOf(connection++)),
    ...(status === 200 && { verifyBody: isData }),
  });
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    end = performance.now();
    const known = times.get(kind);
    if (known) known.push(milliseconds);
    else times.set(kind, [milliseconds]);
  });
  const { errors, timeouts, mismatches, statusCodeStats } = await run;
  const strange = Object.keys(statusCodeStats).filter((code) => Number(code) !== status);
  if (errors + timeouts + mismatches > 0 || strange.length > 0) {
    throw new Error(
      `expected ${status} and data from ${origin}, got ${JSON.stringify({ errors, timeouts, mismatches, statusCodeStats })}`,
    );
  }
  const kinds = Object.fromEntries([...times].map(([name, list]) => [name, summary(list)]));
  const count = [...times.values()].reduce((sum, list) => sum + list.length, 0);
  return { requests: count, seconds: (end - start) / 1000, kinds };

  /** Each connection begins at another place, so that they do not all ask for the same at once. */
  function requestsOf(number) {
    const first = number * (Math.ceil(requests.length / connections) + 1);
    const count = Math.min(requests.length, REQUESTS_PER_CONNECTION);
    return Array.from({ length: count }, (_, index) => withKind(requests[(first + index) % requests.length]));
  }

  /** What is called with an answer is called right before the event that times it. */
  function withKind({ kind: own, ...request }) {
    if (!isMixed) return { ...request };
    return {
      ...request,
      onResponse: () => {
        kind = own;
      },
    };
  }
}

/** PostgreSQL writes spaces there. */
const DATA = /^\{"data" ?: ?\{/;

function isData(body) {
  return DATA.test(body) && !body.includes('"errors":[');
}

function summary(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), longest: sorted.at(-1) };
}
