/** What a process found that tried to use a device. */
export type ProbeReport =
  | {
      readonly usable: true;
      /** Whether shaders may compute with 16-bit floats. */
      readonly f16: boolean;
      /** File names of the graphics or compute drivers that were loaded; empty where the system does not tell. */
      readonly drivers: readonly string[];
    }
  | { readonly usable: false; readonly said: string };
