import { extname } from 'node:path';

/**
 * Whether worker threads can be started: run from source, as tests do, there is no JavaScript that
 * one could load.
 */
export const CAN_USE_THREADS = extname(import.meta.url) === '.js';
