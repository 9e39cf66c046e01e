/** What a field's `extensions` may say of its cost. */
export interface FieldCost {
  /** Points beside those of the objects that it gives. */
  readonly points?: number;
  /** How many a list holds where its arguments do not say. */
  readonly items?: number;
}

/** As the `extensions` of a field. */
export function costs(cost: FieldCost): Readonly<Record<'cost', FieldCost>> {
  return { cost };
}
