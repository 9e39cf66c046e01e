import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { stop } from '../process.ts';
import { WrongAnswer } from '../wrong-answer.ts';
import type { HttpRequest } from './ask.ts';
import { peerFile } from './install.ts';

/** What is to be asked, over and over, by connections that each wait for their answer. */
export interface Plan {
  readonly origin: string;
  /** `kind`: under which its times are counted. */
  readonly requests: readonly (HttpRequest & { readonly kind: string })[];
  readonly connections: number;
  /** How long, if not `amount`. */
  readonly seconds?: number;
  /** How many requests in all. */
  readonly amount?: number;
  /** Of every answer. With 200 it has to bear data and no errors. */
  readonly status: 200 | 304;
}

/** Milliseconds from request to answer. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

export interface Pressed {
  /** All of them, those answered after the time included. */
  readonly requests: number;
  /** Answers a second, within the time. */
  readonly rate: number;
  readonly kinds: Readonly<Record<string, Times>>;
}

interface Message {
  readonly pressed?: Pressed;
  readonly error?: string;
}

export type Press = (plan: Plan) => Promise<Pressed>;

/** Lends `work` what makes load: a process of its own, whose code has warmed up once for all. */
export async function withLoad<T>(work: (press: Press) => Promise<T>): Promise<T> {
  const child = fork(peerFile('load.mjs'), { signal: stop.signal });
  child.on('error', () => {});
  const ended = once(child, 'exit').then(() => [{ error: 'the process that makes load ended' }]);
  try {
    return await work((plan) => pressBy(child, ended, plan));
  } finally {
    child.kill();
  }
}

async function pressBy(child: ChildProcess, ended: Promise<Message[]>, plan: Plan): Promise<Pressed> {
  child.send(plan);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as Message[];
  const { pressed, error } = message as Message;
  if (!pressed) throw new WrongAnswer(error);
  return pressed;
}
