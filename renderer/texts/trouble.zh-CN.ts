/** The texts of a station that cannot be opened, in Chinese. */
export const troubleZhCN = {
  trouble: {
    title: '{{station}} 号站 · 打不开',
    arranging: {
      title: '请稍等一会儿',
      what: '正在整理记录，请稍等一会儿',
      next: '整理好会自己打开，记录一条不少。现在先不要扫卡，也不要关机',
    },
    alreadyOpen: '程序已经开着，就在这里，不用再开',
    what: {
      CORRUPT: '记录坏了，本站打不开',
      LOCKED: '已经有一个在运行',
      FROM_FUTURE: '这台机器的程序太旧',
      OTHER_STATION: '这里放的是别的站的记录',
      DISK_FULL: '硬盘满了，本站打不开',
      READ_ONLY: '硬盘写不进去，本站打不开',
      IO: '硬盘出了故障，本站打不开',
      BUSY: '记录正被别的程序占着',
      UNKNOWN: '程序出了错，本站打不开',
    },
    next: {
      LOCKED: '请用已经打开的那个窗口。那个关掉以后，这里会自己打开',
      FROM_FUTURE: '记录是新程序写的，一条没少。请把程序更新到新的，再开机',
      OTHER_STATION: '记录一条没少。请打电话给县中心，核对站号',
      DISK_FULL: '记录一条没少。请清出一些地方，清好以后会自己打开',
      READ_ONLY: '记录一条没少。请看看硬盘有没有写保护，弄好以后会自己打开',
      IO: '请先关机，把硬盘的线插紧再开；还不行，请打电话给县中心',
      BUSY: '请关掉别的程序，关掉以后会自己打开',
      UNKNOWN: '请关机再开；还不行，请打电话给县中心',
    },
    backups: {
      LOOKING: '正在检查备份，请稍等。不要关机',
      GOOD: '有好的备份，能恢复。请管理员输密码，先看看能找回多少',
      NONE: '找不到好的备份。请不要动这台机器，打电话给县中心',
      KEEPERLESS: '备份是好的，但里面没有管理员的密码。请打电话给县中心，由技术人员恢复',
    },
    restoreFailed: '刚才没有恢复成功。请换一份备份再试；还不行，请打电话给县中心',
    contact: '联系人：{{contact}}',
    restore: '管理员：用备份恢复',
    retry: '再试一次',
  },
} as const;
