import type { ELK, ElkNode } from 'elkjs/lib/elk-api';
import type { Point } from './spline-path';

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
}

export interface Layout {
  /** The upper left corner of each box, by its id. */
  readonly places: ReadonlyMap<string, Point>;
  /** The way of each link from end to end, by `linkId`: points for `splinePath`. */
  readonly routes: ReadonlyMap<string, readonly Point[]>;
}

export function linkId(link: Link): string {
  return `${link.from}→${link.to}`;
}

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
): Promise<Layout> {
  const elk = await layoutEngine();
  const graph: ElkNode = {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'SPLINES',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(gap.layer),
      'elk.spacing.nodeNode': String(gap.node),
      'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
      'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.separateConnectedComponents': 'true',
    },
    children: boxes.map((box) => ({ ...box })),
    edges: links.map((link) => ({ id: linkId(link), sources: [link.from], targets: [link.to] })),
  };
  const placed = await elk.layout(graph);
  const routes = (placed.edges ?? []).flatMap((edge): [string, Point[]][] => {
    const section = edge.sections?.[0];
    return section ? [[edge.id, [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]]] : [];
  });
  return {
    places: new Map((placed.children ?? []).map((node) => [node.id, { x: node.x ?? 0, y: node.y ?? 0 }])),
    routes: new Map(routes),
  };
}
