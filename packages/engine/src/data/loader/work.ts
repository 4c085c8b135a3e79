/** What a thread of the loader makes: results by number, each a pure function of its number. */
export interface Work<Result> {
  /** @returns the result, and the buffers in it that may be moved to the thread that asked for it. */
  make(index: number): Promise<{ readonly result: Result; readonly moved: readonly ArrayBuffer[] }>;
}

/** How a thread comes to its work: a module, and plain values for its `open`. */
export interface WorkPlan<Parameters = unknown> {
  /** URL of a module that exports `open(parameters): Promise<Work>`. */
  readonly module: string;
  /** Whatever structured cloning carries. */
  readonly parameters: Parameters;
}
