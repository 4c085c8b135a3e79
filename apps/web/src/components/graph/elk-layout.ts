import type { ELK, ElkNode } from 'elkjs/lib/elk-api';

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
}

export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

let engine: Promise<ELK> | undefined;

/** ELK in a worker: layout of a few hundred boxes takes longer than a frame. Made once, at the first graph. */
function layoutEngine(): Promise<ELK> {
  engine ??= import('elkjs/lib/elk-api').then(
    ({ default: Elk }) =>
      new Elk({ workerFactory: () => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url)) }),
  );
  return engine;
}

/** Places boxes in layers, from left to right, so that every link goes forward and few of them cross. */
export async function layeredLayout(
  boxes: readonly Box[],
  links: readonly Link[],
  gap: { layer: number; node: number },
): Promise<Places> {
  const elk = await layoutEngine();
  const placed = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(gap.layer),
      'elk.spacing.nodeNode': String(gap.node),
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.separateConnectedComponents': 'true',
    },
    children: boxes.map((box) => ({ ...box })),
    edges: links.map((link) => ({ id: `${link.from}→${link.to}`, sources: [link.from], targets: [link.to] })),
  });
  return new Map((placed.children ?? []).map((node: ElkNode) => [node.id, { x: node.x ?? 0, y: node.y ?? 0 }]));
}
