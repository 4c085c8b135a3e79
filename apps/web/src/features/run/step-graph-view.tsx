'use client';

import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { useMemo } from 'react';
import { boxNode } from '@/components/graph/box-node';
import { linkId } from '@/components/graph/elk-layout';
import { FlowCanvas } from '@/components/graph/flow-canvas';
import { RoutedEdge, type RoutedEdgeType } from '@/components/graph/routed-edge';
import { useLayout } from '@/components/graph/use-layout';
import { Skeleton } from '@/components/ui/skeleton';
import { StatusIcon } from '@/features/runs/status-badge';
import { cx } from '@/lib/cx';
import { type StepGraph, type StepNode, stepGraph } from './step-graph';
import { STEP_KINDS } from './step-kinds';
import type { Step } from './types';

type GraphNode = Node<{ node: StepNode; selected: boolean }, 'step'>;

const WIDTH = 216;
const HEIGHT = 54;
const GAP = { layer: 56, node: 10 };

/** The plan as a graph; a node's marks say where its step and the model's evaluations stand. */
export default function StepGraphView({
  steps,
  folded,
  selected,
  onOpen,
}: {
  steps: readonly Step[];
  folded: boolean;
  selected: string | null;
  onOpen: (stepId: string) => void;
}) {
  const graph = useMemo(() => stepGraph(steps, folded), [steps, folded]);
  const boxes = graph.nodes.map(({ step }) => ({ id: step.stepId, width: WIDTH, height: HEIGHT }));
  const layout = useLayout(boxes, graph.links, GAP);
  if (!layout || graph.nodes.some(({ step }) => !layout.places.has(step.stepId)))
    return <Skeleton className="m-5 h-[calc(100%-2.5rem)]" />;
  const status = new Map(steps.map((step) => [step.stepId, step.status]));
  const nodes: GraphNode[] = graph.nodes.map((node) => ({
    id: node.step.stepId,
    type: 'step',
    position: layout.places.get(node.step.stepId) ?? { x: 0, y: 0 },
    ...boxNode(WIDTH, HEIGHT),
    ariaLabel: `${node.step.title}, ${node.step.status.toLowerCase()}`,
    data: { node, selected: node.step.stepId === selected },
  }));
  const edges: RoutedEdgeType[] = graph.links.map((link) => ({
    id: linkId(link),
    type: 'routed',
    data: { route: layout.routes.get(linkId(link)) },
    source: link.from,
    target: link.to,
    animated: status.get(link.to) === 'RUNNING',
  }));
  return (
    <FlowCanvas
      // Fitted into the canvas anew when other boxes are laid out, and not by the status of a step.
      key={`${folded} ${layout.places.size}`}
      label="Steps of the run"
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      focus={neighbourhood(graph, selected)}
      onOpen={onOpen}
    />
  );
}

function StepBox({ data: { node, selected } }: NodeProps<GraphNode>) {
  const { step, evaluations } = node;
  const kind = STEP_KINDS[step.kind];
  const done = evaluations.filter(
    (evaluation) => evaluation.status === 'SUCCEEDED' || evaluation.status === 'REUSED',
  ).length;
  const share = step.progress && step.progress.total > 0 ? (step.progress.done / step.progress.total) * 100 : null;
  return (
    <div
      className={cx(
        'relative flex h-full flex-col justify-center overflow-hidden rounded-[10px] border bg-surface px-3 shadow-card',
        selected ? 'border-accent ring-1 ring-accent' : 'border-line hover:border-line-strong',
        step.status === 'WAITING' && 'bg-page',
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className="flex items-center gap-2">
        <StatusIcon status={step.status} />
        <span className="truncate text-sm font-medium" title={shortName(step)}>
          {shortName(step)}
        </span>
      </div>
      <div className="flex items-center gap-1.5 pl-6 text-2xs text-muted">
        <span>{kind.label}</span>
        {evaluations.length > 0 ? (
          <span
            className="ml-auto inline-flex items-center gap-1"
            title={evaluations.map((evaluation) => evaluation.title).join('\n')}
          >
            <span className="tabular">
              {done}/{evaluations.length} scored
            </span>
          </span>
        ) : null}
      </div>
      {step.status === 'RUNNING' && share !== null ? (
        <span aria-hidden className="absolute inset-x-0 bottom-0 h-1 bg-sunken">
          <span className="block h-full bg-accent" style={{ width: `${share}%` }} />
        </span>
      ) : null}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

const NODE_TYPES = { step: StepBox };
const EDGE_TYPES = { routed: RoutedEdge };

/** A step and what stands directly before it: what one sees first on a narrow screen. */
function neighbourhood(graph: StepGraph, stepId: string | null): string[] | undefined {
  const node = graph.nodes.find(
    ({ step, evaluations }) => step.stepId === stepId || evaluations.some((evaluation) => evaluation.stepId === stepId),
  );
  if (!node) return undefined;
  const id = node.step.stepId;
  return [id, ...graph.links.filter((link) => link.to === id).map((link) => link.from)].slice(0, 2);
}

/** The model's name where there is one, else the last part of the step's name. */
function shortName(step: Step): string {
  if (step.kind === 'EVALUATE') return step.stepId.replace(/^evaluations\//, '').replace('/', ' on ');
  const last = step.stepId.split('/').at(-1) ?? step.stepId;
  return step.model?.name ?? (step.stepId.startsWith('ensembles/') ? `${last}-ensemble` : last);
}
