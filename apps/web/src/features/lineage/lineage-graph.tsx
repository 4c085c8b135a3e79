'use client';

import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  useStore,
} from '@xyflow/react';
import { useMemo, useState } from 'react';
import { boxNode } from '@/components/graph/box-node';
import { FlowCanvas } from '@/components/graph/flow-canvas';
import { useLayout } from '@/components/graph/use-layout';
import { KindMark } from '@/components/ui/kind-mark';
import { Skeleton } from '@/components/ui/skeleton';
import type { LabLineageQuery } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { signed } from '@/lib/format';
import { KINDS } from '@/lib/kinds';
import { crowded, labelPlace } from './edge-labels';

type Lineage = LabLineageQuery['labLineage'];
type ModelNode = Node<{ model: Lineage['nodes'][number]; dimmed: boolean }, 'model'>;
interface Weight extends Record<string, unknown> {
  readonly coefficient: number | null;
  /** One of its ends is pointed at. */
  readonly lit: boolean;
  readonly dimmed: boolean;
  readonly toEnsemble: boolean;
  /** Its number is shown also where nobody points at it. */
  readonly labelled: boolean;
  /** Share of the way at which the number stands: away from the end where edges come together. */
  readonly labelAt: number;
}
type WeightEdge = Edge<Weight, 'weight'>;

const WIDTH = 168;
const HEIGHT = 52;
const GAP = { layer: 170, node: 14 };
/** Where a number stands: near the parents, whose edges to one soup come from one below the other. */
const NEAR_PARENT = 0.3;
/** Below this scale numbers are too small to read. */
const READABLE = 0.6;

/** The lineage as layers. Pointing at a model lights up what it was made from and what was made from it. */
export default function LineageGraph({ nodes, edges, onOpen }: Lineage & { onOpen: (id: string) => void }) {
  const [at, setAt] = useState<string | null>(null);
  const boxes = useMemo(() => nodes.map((node) => ({ id: node.id, width: WIDTH, height: HEIGHT })), [nodes]);
  const links = useMemo(() => edges.map((edge) => ({ from: edge.parent, to: edge.child })), [edges]);
  const places = useLayout(boxes, links, GAP)?.places;
  if (!places || nodes.some((node) => !places.has(node.id))) return <Skeleton className="m-5 h-[calc(100%-2.5rem)]" />;
  const kindOf = new Map(nodes.map((node) => [node.id, node.kind]));
  const near = new Set([
    at,
    ...edges.flatMap((edge) => (edge.parent === at ? [edge.child] : edge.child === at ? [edge.parent] : [])),
  ]);
  const modelNodes: ModelNode[] = nodes.map((model) => ({
    id: model.id,
    type: 'model',
    position: places.get(model.id) ?? { x: 0, y: 0 },
    ...boxNode(WIDTH, HEIGHT),
    ariaLabel: `${KINDS[model.kind].label} ${model.name}`,
    data: { model, dimmed: at !== null && !near.has(model.id) },
  }));
  const isLabelled = (edge: Lineage['edges'][number]) =>
    edge.coefficient != null && edge.coefficient !== 0 && kindOf.get(edge.child) !== 'ENSEMBLE';
  const labels = edges.filter(isLabelled).flatMap((edge) => {
    const [from, to] = [places.get(edge.parent), places.get(edge.child)];
    if (!from || !to) return [];
    return [labelPlace({ x: from.x + WIDTH, y: from.y + HEIGHT / 2 }, { x: to.x, y: to.y + HEIGHT / 2 }, NEAR_PARENT)];
  });
  // All or none: a number on some edges only would say that the others count nothing.
  const shown = !crowded(labels);
  const weightEdges: WeightEdge[] = edges.map((edge) => {
    const lit = edge.parent === at || edge.child === at;
    return {
      id: `${edge.parent}→${edge.child}`,
      type: 'weight',
      source: edge.parent,
      target: edge.child,
      zIndex: lit ? 1 : 0,
      data: {
        coefficient: edge.coefficient ?? null,
        lit,
        dimmed: at !== null && !lit,
        toEnsemble: kindOf.get(edge.child) === 'ENSEMBLE',
        labelled: shown && isLabelled(edge),
        labelAt: edge.parent === at ? 1 - NEAR_PARENT : NEAR_PARENT,
      },
    };
  });
  return (
    <FlowCanvas
      label="Lineage of the lab’s models"
      nodes={modelNodes}
      edges={weightEdges}
      nodeTypes={NODE_TYPES}
      focus={nodes
        .filter(
          (node) =>
            node.kind === 'STOCK' ||
            // Not soups, which may start from the stock and lie at the other end.
            (node.kind === 'INGREDIENT' &&
              edges.some((edge) => edge.child === node.id && kindOf.get(edge.parent) === 'STOCK')),
        )
        .map((node) => node.id)}
      edgeTypes={EDGE_TYPES}
      onOpen={onOpen}
      onPoint={setAt}
    />
  );
}

function ModelBox({ data: { model, dimmed } }: NodeProps<ModelNode>) {
  return (
    <div
      className={cx(
        'flex h-full items-center gap-2.5 rounded-[10px] border border-line bg-surface px-3 shadow-card transition-opacity hover:border-line-strong',
        dimmed && 'opacity-40',
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <KindMark kind={model.kind} className="size-3.5" />
      <span className="min-w-0">
        <span className="block truncate text-sm leading-4 font-medium" title={model.name}>
          {model.name}
        </span>
        <span className="block truncate text-2xs text-muted">
          {KINDS[model.kind].label.toLowerCase()}
          {'method' in model && model.method !== model.name ? `, ${model.method}` : ''}
        </span>
      </span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

/** An edge as thick as its weight, with its number where that can be read. */
function WeightedEdge({
  data,
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourcePosition,
  targetPosition,
}: EdgeProps<WeightEdge>) {
  const [path] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, curvature: 0.35 });
  const weight = data?.coefficient ?? null;
  const none = weight === 0;
  const readable = useStore((state) => state.transform[2] >= READABLE);
  const { x, y } = labelPlace({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, data?.labelAt ?? NEAR_PARENT);
  return (
    <>
      <BaseEdge
        path={path}
        style={{
          stroke: data?.lit ? 'var(--accent)' : 'var(--line-strong)',
          // Shares of an extrapolation may be of any size: a line grows no thicker than one of a whole model.
          strokeWidth: weight === null ? 1 : 1 + Math.min(1, Math.abs(weight)) * 3,
          strokeDasharray: none || data?.toEnsemble ? '4 4' : undefined,
          opacity: data?.lit ? 1 : data?.dimmed ? 0.15 : none ? 0.2 : 0.55,
        }}
      />
      {weight !== null && (data?.lit || (data?.labelled && readable && !data.dimmed)) ? (
        <EdgeLabelRenderer>
          <span
            className={cx(
              'tabular pointer-events-none absolute rounded bg-surface px-1 text-2xs',
              data?.lit ? 'z-10 font-medium text-accent' : 'text-muted',
            )}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            {none ? 'left out' : signed(weight, 2)}
          </span>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
}

const NODE_TYPES = { model: ModelBox };
const EDGE_TYPES = { weight: WeightedEdge };
