// Makes requests in a process of its own, so that the servers' clock is not the bench's. Asked and answered by messages.
import autocannon from 'autocannon';

/** More would take autocannon longer to build than a round lasts. */
const REQUESTS_PER_CONNECTION = 100;

const PATIENCE_SECONDS = 60;

// A bench that was killed leaves no load behind.
process.on('disconnect', () => process.exit());

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
  const clients = [];
  const start = performance.now();
  const end = amount ? Number.POSITIVE_INFINITY : start + seconds * 1000;
  let inTime = 0;
  let last = start;
  const run = autocannon({
    url: origin,
    connections,
    ...(amount ? { amount } : { duration: seconds + PATIENCE_SECONDS }),
    timeout: PATIENCE_SECONDS,
    sampleInt: 100,
    setupClient: (client) => client.setRequests(requestsOf(clients.push(client) - 1)),
    ...(status === 200 && { verifyBody: isData }),
  });
  run.on('response', (_client, _status, _bytes, milliseconds) => {
    last = performance.now();
    if (last <= end) inTime++;
    const known = times.get(kind);
    if (known) known.push(milliseconds);
    else times.set(kind, [milliseconds]);
  });
  const stopping = amount ? undefined : setTimeout(() => clients.forEach(endAfterAnswer), seconds * 1000);
  const { errors, timeouts, mismatches, statusCodeStats } = await run;
  clearTimeout(stopping);
  const strange = Object.keys(statusCodeStats).filter((code) => Number(code) !== status);
  if (errors + timeouts + mismatches > 0 || strange.length > 0) {
    throw new Error(
      `expected ${status} and data from ${origin}, got ${JSON.stringify({ errors, timeouts, mismatches, statusCodeStats })}`,
    );
  }
  const kinds = Object.fromEntries([...times].map(([name, list]) => [name, summary(list)]));
  const count = [...times.values()].reduce((sum, list) => sum + list.length, 0);
  return { requests: count, rate: (inTime * 1000) / (Math.min(end, last) - start), kinds };

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

/** Whoever waits for an answer gets it: the slow ones are those that would be cut off, and they are to count. */
function endAfterAnswer(client) {
  client.responseMax = client.reqsMade;
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
