/** The texts of one's own record, and of points that are elsewhere, in Chinese. */
export const recordZhCN = {
  record: {
    ask: '请扫卡，看您的记录',
    title: '我的记录',
    balance: '现在可用',
    thisYear: '今年服务',
    total: '累计服务',
    honor: '其中荣誉时长',
    awaiting: '其中 {{points}} 积分等县里确认后才能用',
    recent: '最近的记录',
    none: '还没有记录。参加一次活动，这里就会记下来。',
    phone: '电话 {{phone}}',
    kind: {
      SERVICE: '参加活动',
      SERVICE_OPEN: '正在参加，还没签退',
      SERVICE_UNCLOSED: '没有签退，请找管理员补上',
      SERVICE_CLOSED: '参加活动，管理员补的签退',
      BACKFILL: '补录的荣誉时长',
      BACKFILL_WAITING: '补录的时长，等第二个人审核',
      REDEMPTION: '兑换物品',
      ALLOWANCE: '县里转来的积分',
      MOVED_AWAY: '转到别的站的积分',
    },
  },
  elsewhere: {
    at: '您的积分在“{{station}}”，转过来才能在这里用',
    atHome: '您的积分在您自己村的站里，转过来才能在这里用',
    bring: '把积分转到这里',
    underWay: '已经申请，等县里办理。两边的站都和县里联系上，积分就会到这里',
    UNDER_WAY: '已经申请过了，等县里办理',
  },
} as const;
