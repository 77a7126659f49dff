import type { Page } from '@playwright/test';

/** Logs an administrator in on the county's page. */
export async function logInBy(page: Page, token: string): Promise<void> {
  await page.getByRole('button', { name: '管理员登录' }).click();
  await page.getByLabel('登录口令').fill(token);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}
