'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cx } from '@/lib/cx';
import { shortHash } from '@/lib/format';

/** The first digits of a hash; the button copies all of it. */
export function Hash({ value, what, className }: { value: string; what: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    // Only in a secure context (https or a loopback address) is there a clipboard.
    await navigator.clipboard?.writeText(value);
    setCopied(true);
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy()}
      title={value}
      aria-label={copied ? `${what} copied` : `Copy ${what} ${value}`}
      className={cx(
        'inline-flex items-center gap-1 rounded bg-sunken px-1.5 py-0.5 font-mono text-xs text-muted hover:text-ink',
        className,
      )}
    >
      {shortHash(value)}
      <Icon aria-hidden className="size-3" />
    </button>
  );
}
