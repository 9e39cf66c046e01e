export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once. */
export function untilSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: StopSignal) => {
      if (asked) process.exit(130);
      asked = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
