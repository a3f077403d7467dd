package dev.verdict.cli;

import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Progress;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.contracts.Job;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.ObjectSource;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.staking.role.SolverRole;
import dev.verdict.staking.role.UnknownJobException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `verdict solve`: accepts a job, trains it, posts the claim, answers challenges, finalizes.
@Command(name = "solve", mixinStandardHelpOptions = true,
    description = "Accepts a job, trains it, posts the claim, and defends it until it is final. Can be stopped and "
        + "started again at any point.")
final class SolveCommand implements Callable<Integer> {
  @Mixin private ParticipantOptions participant = new ParticipantOptions();
  @Mixin private Output output = new Output();
  @Mixin private MemoryOption memory = new MemoryOption();

  @Option(names = "--job", paramLabel = "ID", required = true, converter = DigestConverter.class,
      description = "The job's id.")
  private Digest jobId = Digest.ZERO;

  @Option(names = "--store", paramLabel = "FOLDER", defaultValue = ".verdict/store",
      description = "Where checkpoints go, and what is served in a dispute. Default: ${DEFAULT-VALUE}.")
  private Path store = Path.of("");

  @Option(names = "--announce", paramLabel = "LOCATION",
      description = "Where others reach the store, for example https://… . Default: the folder itself.")
  private @Nullable String announced;

  @Option(names = "--cache", paramLabel = "FOLDER", defaultValue = ".verdict/cache",
      description = "Where fetched objects are kept. Default: ${DEFAULT-VALUE}.")
  private Path cache = Path.of("");

  @Option(names = "--poll", paramLabel = "SECONDS", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
  private int pollSeconds;

  @Override
  public Integer call() throws InterruptedException {
    Progress progress = Progress.toStandardError(false);
    Duration interval = RoleLoop.interval(pollSeconds);
    try (ParticipantOptions.Session session = participant.open(new ProgressObserver(progress))) {
      Job job = session.participant().registry().job(jobId).orElseThrow(() -> new UnknownJobException(jobId));
      TrainingJob training = TrainingJob.load(new Objects(ObjectSource.at(location(session), cache)),
          job.programRoot(), job.initialState(), job.steps(), job.checkpointInterval(), memory.limitBytes());
      FolderStore folder = new FolderStore(store);
      SolverRole role = new SolverRole(session.participant(), jobId, training,
          new HonestComputation(CpuExecutor.ofProcessors(), training.program(), training.initial().data(),
              training.initial().constants()),
          new SolverRole.Workplace(folder, store.resolve("trails").resolve(jobId.hex()),
              announced == null ? folder.location() : announced),
          UnaryOperator.identity());
      progress.say("verdict: solving job " + jobId + " as " + session.participant().account());
      RoleLoop.run(RoleLoop.watcher(session, List.of(role)), interval, progress, role::done);
      long claimId = role.claimId().orElseThrow();
      ClaimStatus status = session.participant().registry().claim(claimId).orElseThrow().status();
      ObjectNode json = Output.document();
      json.put("jobId", jobId.toString());
      json.put("claimId", claimId);
      json.put("status", status.name());
      output.print(json, "claim " + claimId + " is " + status);
      return status == ClaimStatus.CONFIRMED ? ExitCode.DONE : ExitCode.FAULT_FOUND;
    }
  }

  /// Where the submitter said that the job's objects are.
  private String location(ParticipantOptions.Session session) {
    return session.deployment().events()
        .between(session.chain(), session.deployment().firstBlock(), session.chain().blockNumber()).stream()
        .filter(e -> e instanceof ChainEvent.JobSubmitted submitted && submitted.jobId().equals(jobId))
        .map(e -> ((ChainEvent.JobSubmitted) e).location())
        .findFirst().orElseThrow(() -> new UnknownJobException(jobId));
  }
}
