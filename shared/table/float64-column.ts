/** One part of every row's accumulator, side by side in one array that grows by doubling. */
export class Float64Column {
  readonly kind = 'float64';
  readonly initial: number;
  values: Float64Array;

  constructor(initial: number, capacity: number) {
    this.initial = initial;
    this.values = new Float64Array(capacity);
    if (initial !== 0) this.values.fill(initial);
  }

  /** Makes room for at least `rows` rows; new ones hold the initial value. */
  reserve(rows: number): void {
    const before = this.values.length;
    if (rows <= before) return;
    const grown = new Float64Array(Math.max(rows, before * 2));
    grown.set(this.values);
    if (this.initial !== 0) grown.fill(this.initial, before);
    this.values = grown;
  }

  /** The values of some rows, in their order, in memory of their own. */
  pick(rows: Uint32Array): Float64Array {
    const { values } = this;
    const picked = new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index++) picked[index] = values[rows[index] as number] as number;
    return picked;
  }

  /** The value of a row that exists. */
  at(row: number): number {
    return this.values[row] as number;
  }

  set(row: number, value: number): void {
    this.values[row] = value;
  }
}
