export interface Statement {
  readonly statement: string;
  readonly parameters: string[];
}
