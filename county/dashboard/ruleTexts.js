/** What each number of the rules is called (domain/rules/ruleSet.ts), with its unit. */

/** @type {Readonly<Record<string, { zh: string, en: string }>>} */
export const RULE_TEXTS = {
  'attendance.creditUnitMinutes': {
    zh: '服务时长按几分钟一档计（分钟）',
    en: 'Service counts in units of (minutes)',
  },
  'attendance.maxSessionMinutes': { zh: '一次服务最多计（分钟）', en: 'Most for one service (minutes)' },
  'attendance.maxDayMinutes': { zh: '一天最多计（分钟）', en: 'Most for a day (minutes)' },
  'attendance.maxPairsPerActivityDay': {
    zh: '同一活动一天最多签到签退（次）',
    en: 'Sign-ins for one activity on a day (times)',
  },
  'attendance.lapseAfterPlannedEndMinutes': {
    zh: '活动结束后多久没签退算未签退（分钟）',
    en: 'Unclosed so long after the planned end (minutes)',
  },
  'attendance.closedByLeaderAs': {
    zh: '由负责人补签退算（CREDIT 计积分 / HONOR 只记时长）',
    en: 'Closed by a leader counts as (CREDIT / HONOR)',
  },
  'attendance.signInBeforeStartMinutes': {
    zh: '活动开始前多久可以签到（分钟）',
    en: 'Signing in before the start (minutes)',
  },
  'attendance.changeActivityWithinMinutes': {
    zh: '签到后多久还可以改活动（分钟）',
    en: 'The activity can be changed after signing in (minutes)',
  },
  'points.perCreditHour': { zh: '服务一小时得（积分）', en: 'For an hour of service (points)' },
  'points.maxPerDay': {
    zh: '服务积分每人每天最多（积分）',
    en: 'Most from service, a person and day (points)',
  },
  'points.maxPerMonth': {
    zh: '服务积分每人每月最多（积分）',
    en: 'Most from service, a person and month (points)',
  },
  'points.leastFactorPercent': {
    zh: '活动积分系数最低（百分之，50 到 100）',
    en: 'Least factor of an activity (hundredths, 50 to 100)',
  },
  'points.mostFactorPercent': {
    zh: '活动积分系数最高（百分之，100 到 200）',
    en: 'Highest factor of an activity (hundredths, 100 to 200)',
  },
  'points.settlement': {
    zh: '服务积分何时可用（immediate 当场 / posted 公示后）',
    en: 'Points can be spent (immediate / posted)',
  },
  'shop.openDaysOfMonth': {
    zh: '每月哪几天开门（号，空着是每天）',
    en: 'Open on these days of the month (none: every day)',
  },
  'shop.openHours': { zh: '开门时间', en: 'Opening times' },
  'shop.maxPointsPerMonth': {
    zh: '每人每月最多兑换（积分）',
    en: 'Most exchanged, a person and month (points)',
  },
  'shop.maxStapleUnitsPerMonth': {
    zh: '米面油每人每月最多（件）',
    en: 'Staples, a person and month (pieces)',
  },
  'shop.maxScarceUnitsPerQuarter': {
    zh: '紧俏物品每人每季最多（件）',
    en: 'Scarce items, a person and quarter (pieces)',
  },
  'shop.keeperConfirmsAbovePoints': {
    zh: '一次兑换超过多少要店长核对（积分）',
    en: 'The keeper confirms above (points)',
  },
  'shop.pricePostingDays': {
    zh: '改价要先公示（天）',
    en: 'A new price is posted before it holds (days)',
  },
  'ledger.expiry': {
    zh: '积分何时到期（NONE 不到期 / YEAR_END 当年底 / END_OF_NEXT_YEAR 次年底 / MONTHS 几个月后）',
    en: 'Points lapse (NONE / YEAR_END / END_OF_NEXT_YEAR / MONTHS)',
  },
  'ledger.expiryMonths': { zh: '按月到期时几个月（月）', en: 'With MONTHS, after (months)' },
  'ledger.expiryNoticeDays': {
    zh: '积分到期前几天提醒（天，可写几个，空着不提醒）',
    en: 'Owners are told before their points lapse (days, several; none: not told)',
  },
  'ledger.postingWorkingDays': { zh: '积分公示（工作日）', en: 'Posting of points (working days)' },
  'ledger.holidays': { zh: '放假的日子', en: 'Days on which nobody works' },
  'ledger.extraWorkdays': { zh: '调休上班的日子', en: 'Weekend days that are worked' },
  'ledger.maxIssuedPerMonth': {
    zh: '一个村每月最多发放（积分）',
    en: 'Most issued by a village in a month (points)',
  },
  'ledger.awards.minPoints': { zh: '一次奖励最少（积分）', en: 'Least of an award (points)' },
  'ledger.awards.maxPoints': { zh: '一次奖励最多（积分）', en: 'Most of an award (points)' },
  'ledger.awards.maxPerHouseholdMonth': {
    zh: '一户每月奖励最多（积分）',
    en: 'Awards to a household in a month (points)',
  },
  'ledger.awards.catalogue': { zh: '奖励项目', en: 'Catalogue of awards' },
  'ledger.gifts.enabled': {
    zh: '使用捐赠积分（true 用 / false 不用）',
    en: 'Gifts of points (true / false)',
  },
  'ledger.gifts.perHundredEarned': {
    zh: '每用 100 自得积分可搭用捐赠（积分）',
    en: 'Gifts with each 100 earned points (points)',
  },
  'ledger.pooling': {
    zh: '一户可以合用积分（true 可以 / false 不可以）',
    en: 'A household may spend together (true / false)',
  },
  'ledger.faultyReturnDays': {
    zh: '有问题的物品几天内可退（天）',
    en: 'Faulty goods come back within (days)',
  },
  'ledger.cancelDays': {
    zh: '兑换后几天内可以取消（天，0 是只在当天）',
    en: 'An exchange can be cancelled within (days, 0: on its own day)',
  },
  'ledger.adultYears': {
    zh: '满几岁算成年（岁；未成年人不能单独兑换，也不算合用积分的一员）',
    en: 'An adult from (years; others do not shop alone nor pool)',
  },
  'ledger.unconfirmedSpendPoints': {
    zh: '还没报到县里的积分最多可用（积分）',
    en: 'Of what has not reached the county, may be spent (points)',
  },
  'backfill.withinDays': { zh: '补录时长要在几天内（天）', en: 'Hours are back-filled within (days)' },
  'backfill.earnsPoints': {
    zh: '补录的时长计积分（true 计 / false 不计）',
    en: 'Back-filled hours earn points (true / false)',
  },
};
