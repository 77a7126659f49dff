/** The touches that the ways to the screens are made of. */
import { expect, type Page } from '@playwright/test';
import type { MockStation } from '../harness/mockStation.ts';

export interface ScreenCase {
  readonly name: string;
  /** Starts at home; ends with the screen shown. */
  readonly reach: (page: Page, mock: MockStation) => Promise<void>;
}

export const press = (page: Page, name: string | RegExp, exact = false) =>
  page.getByRole('button', { name, exact }).first().tap();
export const shows = (page: Page, screen: string) =>
  expect(page.locator(`[data-screen="${screen}"]`)).toBeVisible();

export async function openDesk(page: Page): Promise<void> {
  await press(page, '管理员', true);
  for (const digit of '1234') await press(page, digit);
  await press(page, '确定');
  await shows(page, 'desk');
}
/** Tabs bear their word and nothing else. */
export async function deskTab(page: Page, tab: string): Promise<void> {
  await openDesk(page);
  await press(page, tab, true);
}
