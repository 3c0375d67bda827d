//! The interface in Chinese, written and not translated.

use super::Key;

/// The Chinese text of a key.
pub(super) fn text(key: Key) -> &'static str {
    match key {
        Key::SiteTitle => "Interleave",
        Key::Tagline => "把 Go 式并发跑起来，看清楚",
        Key::SkipToContent => "跳到正文",
        Key::SkipToLab => "跳到实验台",
        Key::NavLabel => "站点",
        Key::Contents => "目录",
        Key::OtherLanguage => "English",
        Key::OtherLanguageLabel => "Switch to English",
        Key::ThemeDark => "深色",
        Key::ThemeLight => "浅色",
        Key::ThemeLabel => "切换到{theme}主题",
        Key::VersionMismatch => "页面的协议版本是 {page}，服务器的是 {server}，两者对不上",
        Key::Crashed => "页面自身出错，已经停住。服务器上的运行不受影响：刷新页面即可继续。",
        Key::Reload => "刷新页面",

        Key::ContentsTitle => "目录",
        Key::ContentsLead => {
            "八章讲透 Go 的并发。每一课都在服务器上真的跑一个程序，再把各个 goroutine 做了什么画给你看。"
        }
        Key::GoOn => "接着上次继续",
        Key::Chapter => "第 {n} 章",
        Key::Minutes => "{n} 分钟",
        Key::StateNew => "未学",
        Key::StateTried => "跑过",
        Key::NoLessonsYet => "尚无课程",
        Key::ProblemsTitle => "有 {n} 个课程文件读不了",
        Key::ProblemsLead => "其余课程都在下面",

        Key::Loading => "加载中",
        Key::NotFoundTitle => "没有找到",
        Key::NotFoundPage => "这个地址没有页面",
        Key::NotFoundLesson => "没有名为“{name}”的课程",
        Key::NearestNames => "名字相近的课程",
        Key::BackToContents => "回到目录",
        Key::TryAgain => "重试",
        Key::LoadFailed => "内容没能加载",

        Key::Previous => "上一课",
        Key::Next => "下一课",
        Key::LessonNavLabel => "前后课程",
        Key::ProseLabel => "课文",

        Key::LabLabel => "实验台",
        Key::Parameters => "参数",
        Key::ParametersChanged => "改了 {n} 项",
        Key::ResetTo => "把{name}恢复为 {value}",
        Key::ResetAll => "全部恢复",
        Key::Procs => "处理器数",
        Key::ProcsHelp => {
            "同一时刻最多有几个 goroutine 在运行，即 GOMAXPROCS。留空则与服务器的核数相同。"
        }
        Key::ProcsAuto => "自动",
        Key::Between => "{min} 至 {max}",
        Key::On => "开",
        Key::Off => "关",
        Key::HelpIdle => "指向某个参数，这里就会说明它的含义",
        Key::Run => "运行",
        Key::RunHint => "按 Ctrl 或 Cmd 加回车也能运行",
        Key::Stop => "停止",
        Key::UnknownInLink => "链接里还设了 {names}，本课没有这些参数",
        Key::SliderOf => "{name}滑块",

        Key::FaultNotWhole => "应为 {min} 至 {max} 的整数",
        Key::FaultNotNumber => "应为 {min} 至 {max} 的数",
        Key::FaultOutOfRange => "应在 {min} 至 {max} 之间",
        Key::FaultNotToggle => "只能是 true 或 false",
        Key::FaultNotAnOption => "只能是 {options} 之一",
        Key::FaultFields => "没有运行：请先改好{names}",

        Key::PhaseIdle => "就绪",
        Key::PhaseStarting => "正在启动",
        Key::PhaseQueued => "排队中，前面还有 {n} 个",
        Key::PhaseRunning => "运行中",
        Key::PhaseLost => "连接断开，正在重连",
        Key::PhaseLostFor => "{n} 秒后再试",
        Key::PhaseFailed => "没有运行",
        Key::ReconnectNow => "立即重试",
        Key::EventsSoFar => "{n} 个事件",
        Key::DebugBuild => "服务器是调试构建：事件的先后属实，耗时偏长",
        Key::DebugBuildShort => "调试构建",
        Key::EmptyTitle => "还没有运行过",
        Key::EmptyLead => {
            "按“运行”。这里会给每个 goroutine 画一条泳道：何时在跑，何时在等，等的是什么。"
        }

        Key::OutcomeLabel => "结果",
        Key::Completed => "正常结束",
        Key::CompletedLeaked => "结束，泄漏了 {n} 个 goroutine",
        Key::Panicked => "发生 panic",
        Key::Deadlock => "死锁",
        Key::Fatal => "致命错误",
        Key::Stopped => "已停止",
        Key::LimitEnded => "触及上限而结束",
        Key::Fault => "我们的程序出错了",
        Key::RunnerLost => "运行中途丢失",
        Key::InTime => "用时 {time}",
        Key::LeakedTitle => "main 返回时它们还在",
        Key::DeadlockTitle => "所有 goroutine 都在等，没有谁能唤醒谁",
        Key::PanicWhere => "{name}（goroutine {g}），位于 {at}",
        Key::FatalWhere => "位于 {at}",
        Key::LimitsTitle => "触及的上限",
        Key::DroppedEvents => "有 {n} 个事件没能保存；图中缺失处画了斜线，统计数字仍然准确",
        Key::DroppedLines => "有 {n} 行输出没能保存",
        Key::FaultLead => {
            "这不是实验本身的问题，而是 Interleave 的错误。此前的记录都保留着。错误信息："
        }
        Key::AllFigures => "全部数据",
        Key::NotMeasured => "未测得",
        Key::TotalGoroutines => "创建的 goroutine",
        Key::TotalPeak => "同时存活最多",
        Key::TotalSteals => "窃取次数",
        Key::TotalPreemptions => "抢占次数",
        Key::TotalBlocked => "阻塞：{reason}",
        Key::TotalBlockedTimes => "{time}，共 {n} 次",
        Key::WaitingAt => "{who} {what}，位于 {at}",
        Key::WaitingSend => "在等着向 {object} 发送",
        Key::WaitingReceive => "在等着从 {object} 接收",
        Key::WaitingSendNil => "向 nil 通道发送，永远等下去",
        Key::WaitingReceiveNil => "从 nil 通道接收，永远等下去",
        Key::WaitingSelect => "等在 select 上",
        Key::WaitingSelectNoCases => "等在没有分支的 select 上，永远等下去",
        Key::WaitingWaitGroup => "在等 {object} 归零",
        Key::WaitingSleep => "在睡眠",
        Key::WaitingForeign => "在等核心以外的事",
        Key::WaitingNothing => "本可以运行",
        Key::MoreWaiting => "另有 {n} 个",

        Key::LimitTime => "时间",
        Key::LimitMemory => "内存",
        Key::LimitGoroutines => "goroutine 数",
        Key::LimitEvents => "事件数",
        Key::LimitOutput => "输出",
        Key::LimitEndedTime => "运行满 {value}，已到一次运行的时间上限。此前的记录都保留着。",
        Key::LimitEndedMemory => "内存用到 {value}，已到一次运行的上限。此前的记录都保留着。",
        Key::LimitEndedGoroutines => {
            "同时存活 {value} 个 goroutine，已到一次运行的上限。此前的记录都保留着。"
        }
        Key::LimitMetEvents => "已记录 {value} 个事件，到了上限；之后的只计数，不保存",
        Key::LimitMetOutput => "已保存 {value} 输出，到了上限；之后的只计行数，不保存",
        Key::LimitsOfRun => {
            "一次运行的上限：{time}，内存 {memory}，{goroutines} 个 goroutine，{events} 个事件，输出 {output}"
        }
        Key::RanOn => "用了机器 {machine} 个处理器中的 {procs} 个",
        Key::SeedOf => "种子 {seed}",

        Key::TabsLabel => "这次运行的各种视图",
        Key::TabChannels => "通道",
        Key::TabOutput => "输出",
        Key::TabCode => "代码",
        Key::TabTable => "表格",
        Key::TimelineLabel => "时间线",
        Key::OutputEmpty => "程序打印的内容会出现在这里",
        Key::OutputNone => "程序没有打印任何内容",
        Key::OutputEarlier => "前面 {n} 行未显示",
        Key::OutputTime => "时刻",
        Key::OutputGoroutine => "goroutine",
        Key::OutputText => "内容",
        Key::CodeNone => "本课没有代码",
        Key::CodeSwitch => "选择代码",
        Key::CodeBoth => "并排",
        Key::CodeFrom => "{file}，自第 {line} 行",

        Key::TroubleRun => "运行没有开始",
        Key::TroubleUnreachable => "服务器没有应答",
        Key::TroubleUnreachableMend => "确认它已启动（cargo xtask serve），然后再运行一次。",
        Key::TroubleUnreadable => "服务器发来的内容读不懂",
        Key::TroubleUnreadableMend => "页面可能比服务器旧：刷新后再运行一次。",
        Key::TroubleVersion => "页面的协议版本是 {page}，这次运行的是 {server}",
        Key::TroubleVersionMend => "刷新页面；若仍不行，请重新构建（trunk build --release）。",
        Key::TroubleGone => "服务器已经不认得这次运行",
        Key::TroubleGoneMend => {
            "服务器重启过，或已清除了这次运行。收到的部分仍在；要看其余的请再运行一次。"
        }
        Key::TroubleLost => "连接没能恢复",
        Key::TroubleLostMend => "收到的部分仍在。确认服务器已启动，然后再运行一次。",
        Key::ErrorUnknownParameter => "这个实验没有参数 {field}，它有 {options}",
        Key::ErrorWrongType => "{field}：{given} 的类型不对",
        Key::ErrorOutOfRange => "{field}：{given} 不在 {min} 至 {max} 之间",
        Key::ErrorNotAnOption => "{field}：{given} 不是 {options} 之一",
        Key::ErrorUnknownExperiment => "服务器没有这个实验，相近的有 {options}",
        Key::ErrorUnknownLesson => "服务器没有这一课，相近的有 {options}",
        Key::ErrorUnknownRun => "服务器不认得这次运行，或已清除",
        Key::ErrorUnknownRoute => "服务器没有这个地址：页面与服务器的版本可能不同",
        Key::ErrorTooLarge => "请求过大，服务器不接受",
        Key::ErrorTooManyRuns => "这个浏览器同时运行得太多：等一个结束，或停掉一个",
        Key::ErrorNotAvailable => "服务器暂时没有这项功能",
        Key::ErrorQueueFull => "服务器正忙，队列已满：请稍后再试",
        Key::ErrorInternal => "服务器上我们的程序出错：{message}",
        Key::ErrorMalformed => "服务器拒绝了请求：{message}",
    }
}
