package dev.verdict.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Tells a person what is going on, on standard error: a line a phase, and a bar for what is counted.
public final class Progress {
  private final PrintStream err;
  private final boolean interactive;
  private final boolean quiet;

  private Progress(PrintStream err, boolean interactive, boolean quiet) {
    this.err = err;
    this.interactive = interactive;
    this.quiet = quiet;
  }

  /// To standard error; bars only where that is a terminal.
  public static Progress toStandardError(boolean quiet) {
    return new Progress(System.err, System.console() != null && System.console().isTerminal(), quiet);
  }

  /// One line.
  public void say(String line) {
    if (!quiet) {
      err.println(line);
    }
  }

  /// A bar over `total` units; lines at every tenth where standard error isn't a terminal.
  public Bar bar(String task, String unit, long total) {
    return new Bar(task, unit, total);
  }

  /// Something counted; closing it leaves the final count behind.
  public final class Bar implements AutoCloseable {
    private final String task;
    private final String unit;
    private final long total;
    private final @Nullable ProgressBar drawn;
    private long shownTenths;

    private Bar(String task, String unit, long total) {
      this.task = task;
      this.unit = unit;
      this.total = total;
      this.drawn = interactive && !quiet
          ? new ProgressBarBuilder().setTaskName(task).setInitialMax(total).setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis((int) Duration.ofMillis(100).toMillis()).setUnit(" " + unit, 1)
              .setConsumer(new ConsoleProgressBarConsumer(err)).build()
          : null;
    }

    public void to(long count, String extra) {
      if (drawn != null) {
        drawn.stepTo(count);
        drawn.setExtraMessage(extra);
      } else if (count * 10 / total > shownTenths) {
        shownTenths = count * 10 / total;
        say("  " + task + " " + count + "/" + total + " " + unit + (extra.isEmpty() ? "" : ", " + extra));
      }
    }

    @Override
    public void close() {
      if (drawn != null) {
        drawn.close();
      }
    }
  }
}
