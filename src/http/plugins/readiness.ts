import type { Plugin } from 'graphql-yoga';

const PATIENCE_MS = 1_500;

/**
 * `/ready`: 200 while `check` passes, else 503. Unlike `/health`, which only says that the process
 * lives.
 */
export function useReadiness(check: () => Promise<boolean>): Plugin {
  return {
    async onRequest({ url, endResponse, fetchAPI }) {
      if (url.pathname !== '/ready') return;
      const ready = await withinPatience(check().catch(() => false));
      endResponse(new fetchAPI.Response(null, { status: ready ? 200 : 503 }));
    },
  };
}

async function withinPatience(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
