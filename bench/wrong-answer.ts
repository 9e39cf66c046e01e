/** Thrown when what is measured was not right: then nobody needs to know how fast it was. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}
