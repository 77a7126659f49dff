/** Hours that no scan recorded, as the mock station shows them. */
import type { BackfillPlanView, BackfillView } from '../../electron/contract/backfillViews.ts';

/** As in mockPoints.ts. */
const NOW_MS = Date.UTC(2026, 10, 23, 1, 42);
const HOUR_MS = 3_600_000;
const INCARNATION = '0123456789abcdef';

export const BACKFILLS: readonly BackfillView[] = [
  {
    incarnation: INCARNATION,
    seq: 91,
    volunteerId: 8,
    name: '欧阳春花',
    activityName: '小板凳理论宣讲',
    startMs: NOW_MS - 26 * HOUR_MS,
    minutes: 150,
    reason: '当天停电，机器没开',
    evidence: '纸质签到表 12 号',
    recordedByName: '张国庆',
    atMs: NOW_MS - 2 * HOUR_MS,
  },
  {
    incarnation: INCARNATION,
    seq: 92,
    volunteerId: 7,
    name: '王秀英',
    activityName: '',
    startMs: NOW_MS - 50 * HOUR_MS,
    minutes: 60,
    reason: '在别的站服务',
    evidence: '活动负责人证明',
    recordedByName: '张国庆',
    atMs: NOW_MS - HOUR_MS,
  },
];
export const BACKFILL_PLAN: BackfillPlanView = {
  nowMs: NOW_MS,
  withinDays: 30,
  unitMinutes: 30,
  maxMinutes: 240,
  activities: [
    '小板凳理论宣讲',
    '铜锣联防夜间巡逻',
    '看望独居老人',
    '清扫村道、整治房前屋后环境卫生',
    '便民义诊',
  ].map((name, i) => {
    const startMs = Math.floor(NOW_MS / (24 * HOUR_MS)) * 24 * HOUR_MS - i * 24 * HOUR_MS;
    return { activityId: i + 1, name, startMs, endMs: startMs + 3 * HOUR_MS };
  }),
};
