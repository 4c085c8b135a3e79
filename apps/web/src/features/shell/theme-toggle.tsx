'use client';

import { Check, Monitor, Moon, Sun } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { startTransition, useState } from 'react';
import { Button } from '@/components/ui/button';
import { menuContentStyle, menuItemStyle } from '@/components/ui/menu-styles';
import { rememberTheme } from './remember-theme';
import type { Theme } from './theme';

const CHOICES = [
  { theme: 'system', label: 'System', icon: Monitor },
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'dark', label: 'Dark', icon: Moon },
] as const;

export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState<Theme>(initial);
  const choose = (next: Theme) => {
    setTheme(next);
    const root = document.documentElement;
    if (next === 'system') delete root.dataset.theme;
    else root.dataset.theme = next;
    startTransition(() => rememberTheme(next));
  };
  const Current = CHOICES.find((choice) => choice.theme === theme)?.icon ?? Monitor;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" size="icon" aria-label={`Theme: ${theme}`}>
          <Current aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={menuContentStyle}>
          {CHOICES.map(({ theme: value, label, icon: Icon }) => (
            <DropdownMenu.Item key={value} className={menuItemStyle} onSelect={() => choose(value)}>
              <Icon aria-hidden className="size-4 text-muted" />
              {label}
              {value === theme ? <Check aria-label="chosen" className="ml-auto size-4 text-accent" /> : null}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
