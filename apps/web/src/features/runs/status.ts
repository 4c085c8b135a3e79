import { Ban, CircleCheck, CircleDashed, CircleX, LoaderCircle, type LucideIcon, Recycle } from 'lucide-react';
import type { BadgeTone } from '@/components/ui/badge';
import type { RunStatus, StepStatus } from '@/gql/graphql';

interface StatusLook {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly tone: BadgeTone;
  /** Tailwind class of the icon's colour. */
  readonly ink: string;
  readonly spins?: boolean;
}

/** What each status is called and looks like: every one has its own shape. */
export const STATUS: Record<RunStatus | StepStatus, StatusLook> = {
  QUEUED: { label: 'queued', icon: CircleDashed, tone: 'neutral', ink: 'text-muted' },
  WAITING: { label: 'waiting', icon: CircleDashed, tone: 'neutral', ink: 'text-faint' },
  RUNNING: { label: 'running', icon: LoaderCircle, tone: 'accent', ink: 'text-accent', spins: true },
  SUCCEEDED: { label: 'done', icon: CircleCheck, tone: 'good', ink: 'text-good' },
  REUSED: { label: 'reused', icon: Recycle, tone: 'info', ink: 'text-info' },
  FAILED: { label: 'failed', icon: CircleX, tone: 'bad', ink: 'text-bad' },
  CANCELLED: { label: 'cancelled', icon: Ban, tone: 'warn', ink: 'text-warn' },
};

export function isActive(status: RunStatus): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}
