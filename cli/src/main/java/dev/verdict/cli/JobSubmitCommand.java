package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Wei;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.JobTerms;
import dev.verdict.contracts.Receipt;
import dev.verdict.learning.checkpoint.ObjectSource;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.JobFile;
import dev.verdict.learning.job.MissingObjectException;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.staking.role.Submitter;
import dev.verdict.staking.role.RoleObserver;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `verdict job submit`: checks a job file with everything that it names, and escrows its payment.
@Command(name = "submit", mixinStandardHelpOptions = true,
    description = "Submits a job, with its payment. Everything that it names is checked first.")
final class JobSubmitCommand implements Callable<Integer> {
  @Mixin private ParticipantOptions participant = new ParticipantOptions();
  @Mixin private Output output = new Output();

  @Parameters(index = "0", paramLabel = "JOB.JSON", description = "What verdict job create wrote.")
  private Path file = Path.of("");

  @Option(names = "--announce", paramLabel = "LOCATION",
      description = "Where others reach the store, for example https://… . Default: the store's own folder.")
  private @Nullable String announced;

  @Option(names = "--cache", paramLabel = "FOLDER", defaultValue = ".verdict/cache",
      description = "Where fetched objects are kept. Default: ${DEFAULT-VALUE}.")
  private Path cache = Path.of("");

  @Override
  public Integer call() {
    JobFile job = JobFile.read(file);
    ObjectSource store = ObjectSource.at(storeLocation(job), cache);
    requireWhole(job, store);
    try (ParticipantOptions.Session session = participant.open(RoleObserver.NONE)) {
      Receipt receipt = Submitter.submit(session.participant(), terms(job), announced == null ? store.location() : announced);
      ChainEvent.JobSubmitted submitted =
          session.participant().events().one(receipt, ChainEvent.JobSubmitted.class);
      ObjectNode json = Output.document();
      json.put("jobId", submitted.jobId().toString());
      json.put("tx", receipt.txHash().toString());
      json.put("gas", receipt.gasUsed());
      output.print(json, "job " + submitted.jobId() + " submitted, " + Wei.inEther(job.paymentWei())
          + " in escrow, " + receipt.gasUsed() + " gas");
    }
    return ExitCode.DONE;
  }

  private void requireWhole(JobFile job, ObjectSource store) {
    try {
      TrainingJob.load(Objects.ofOneself(store), job.programRoot(), job.initialState(), job.steps(),
          job.checkpointInterval());
    } catch (MissingObjectException e) {
      throw new InputException(file + " names the object " + e.root() + ", which is not in " + store.location()
          + "; make the job again with: verdict job create");
    }
  }

  private static JobTerms terms(JobFile job) {
    return new JobTerms(job.programRoot(), job.initialState(), job.steps(), job.checkpointInterval(),
        job.paymentWei(), job.solverStakeWei(), job.challengerBondWei(), job.workSeconds(), job.challengeSeconds(),
        job.salt());
  }

  private String storeLocation(JobFile job) {
    boolean isUrl = job.store().matches("[a-z]+:.*");
    return isUrl ? job.store() : file.toAbsolutePath().resolveSibling(job.store()).normalize().toString();
  }
}
