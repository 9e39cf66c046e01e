/** A command cannot do what it was asked, for a reason that its message explains in full. */
export class Failure extends Error {
  override readonly name = 'Failure';
}
