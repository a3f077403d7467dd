package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Progress;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.staking.role.VerifierRole;
import dev.verdict.staking.watch.Watcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `verdict watch`: audits claims, challenges what is wrong, plays to the end.
@Command(name = "watch", mixinStandardHelpOptions = true,
    description = "Audits every claim, challenges what is wrong, and plays to the end. Runs until it is stopped, and "
        + "can be stopped and started again at any point.")
final class WatchCommand implements Callable<Integer> {
  @Mixin private ParticipantOptions participant = new ParticipantOptions();
  @Mixin private MemoryOption memory = new MemoryOption();

  @Option(names = "--intervals", paramLabel = "N", defaultValue = "0",
      description = "How many intervals of a claim to replay, drawn from a public seed; 0 for all. Default: all.")
  private int intervals;

  @Option(names = "--until-idle", description = "Stop when every claim is decided; exit 3 where one was wrong.")
  private boolean untilIdle;

  @Option(names = "--cache", paramLabel = "FOLDER", defaultValue = ".verdict/cache",
      description = "Where fetched objects are kept. Default: ${DEFAULT-VALUE}.")
  private Path cache = Path.of("");

  @Option(names = "--poll", paramLabel = "SECONDS", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
  private int pollSeconds;

  @Override
  public Integer call() throws InterruptedException {
    Progress progress = Progress.toStandardError(false);
    Duration interval = RoleLoop.interval(pollSeconds);
    if (intervals < 0) {
      throw new InputException("--intervals must be 0 for all, or more");
    }
    try (ParticipantOptions.Session session = participant.open(new ProgressObserver(progress))) {
      VerifierRole role = new VerifierRole(session.participant(), CpuExecutor.ofProcessors(),
          intervals == 0 ? new VerifierRole.Quota.All() : new VerifierRole.Quota.Drawn(intervals), cache,
          memory.limitBytes());
      progress.say("verdict: watching chain " + session.chain().chainId() + " as " + role.account());
      Watcher watcher = RoleLoop.watcher(session, List.of(role));
      boolean[] started = {false};
      RoleLoop.run(watcher, interval, progress, () -> {
        boolean stop = untilIdle && started[0] && watcher.done();
        started[0] = true;
        return stop;
      });
      return role.foundFault() ? ExitCode.FAULT_FOUND : ExitCode.DONE;
    }
  }
}
