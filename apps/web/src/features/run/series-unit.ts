/** How a series is shown where its stored unit is not what people read: multiplied by `factor`, with `unit` after its name. */
export interface SeriesUnit {
  readonly unit: string;
  readonly factor: number;
}

const UNITS: Readonly<Record<string, SeriesUnit>> = {
  /** Stored in bytes. */
  memory: { unit: 'MiB', factor: 2 ** -20 },
  device_memory: { unit: 'MiB', factor: 2 ** -20 },
  /** Stored as the share of time that a training waited for its data. */
  data_wait: { unit: '%', factor: 100 },
};

export function seriesUnit(series: string): SeriesUnit | null {
  return UNITS[series] ?? null;
}

/** The values in the unit that is shown; what is not finite stays a gap. */
export function inUnit(values: readonly (number | null)[], unit: SeriesUnit | null): readonly (number | null)[] {
  return unit === null ? values : values.map((value) => (value === null ? null : value * unit.factor));
}
