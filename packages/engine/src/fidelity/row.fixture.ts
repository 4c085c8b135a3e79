/** One line of docs/fidelity.md: something that Stockpot computes beside what an independent oracle computed. */
export interface FidelityRow {
  /** What is computed: 'timm ViT, class token', 'AdamW, 100 steps', 'MMCR, nuclear norm'. */
  readonly subject: string;
  /** Which number of it: 'logits', 'gradient of every parameter, f64'. */
  readonly quantity: string;
  /** Who computed the expected numbers: 'timm 1.0.31', 'closed form', 'docs of the method, golden vector'. */
  readonly oracle: string;
  /** How the difference is taken. 'relative' is the largest difference of a tensor divided by its largest magnitude. */
  readonly difference: 'absolute' | 'relative';
  /** The difference that may not be exceeded. */
  readonly bound: number;
  /** Computes and returns the largest difference found. */
  measure(): Promise<number> | number;
}
