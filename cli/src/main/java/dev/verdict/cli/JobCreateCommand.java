package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Wei;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.JobFile;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `verdict job create`: turns labelled images into a job file with everything that it names.
@Command(name = "create", mixinStandardHelpOptions = true,
    description = "Makes a job that trains a multilayer perceptron on labelled images: job.json and a store beside it.")
final class JobCreateCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Option(names = "--data", paramLabel = "CSV", required = true,
      description = "Integers from 0 to 255 separated by commas, the label last, no header; .gz may be compressed.")
  private Path data = Path.of("");

  @Option(names = "--layers", paramLabel = "N", split = ",", defaultValue = "64,128,10",
      description = "Sizes of input, hidden layers and output. Default: ${DEFAULT-VALUE}.")
  private List<Integer> layers = List.of();

  @Option(names = "--scale", paramLabel = "X", defaultValue = "0.0625",
      description = "What an input value is multiplied by. Default: ${DEFAULT-VALUE}.")
  private float scale;

  @Option(names = "--batch", paramLabel = "N", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--steps", paramLabel = "N", defaultValue = "200", description = "Default: ${DEFAULT-VALUE}.")
  private long steps;

  @Option(names = "--checkpoint-interval", paramLabel = "N", defaultValue = "20",
      description = "Default: ${DEFAULT-VALUE}.")
  private long checkpointInterval;

  @Option(names = "--learning-rate", paramLabel = "X", defaultValue = "0.003",
      description = "Of AdamW. Default: ${DEFAULT-VALUE}.")
  private float learningRate;

  @Option(names = "--test-rows", paramLabel = "N", defaultValue = "297",
      description = "Rows kept back to test on. Default: ${DEFAULT-VALUE}.")
  private int testRows;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Of the rows' order and the initial parameters. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--payment", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "1eth",
      description = "To the solver. Default: ${DEFAULT-VALUE}.")
  private BigInteger payment = BigInteger.ZERO;

  @Option(names = "--stake", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "2eth",
      description = "What the solver puts up. Default: ${DEFAULT-VALUE}.")
  private BigInteger stake = BigInteger.ZERO;

  @Option(names = "--bond", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "0.5eth",
      description = "What a challenger puts up. Default: ${DEFAULT-VALUE}.")
  private BigInteger bond = BigInteger.ZERO;

  @Option(names = "--work-time", paramLabel = "SECONDS", defaultValue = "86400",
      description = "From acceptance to claim. Default: ${DEFAULT-VALUE}.")
  private long workSeconds;

  @Option(names = "--challenge-time", paramLabel = "SECONDS", defaultValue = "86400",
      description = "From claim to the end of the challenge window. Default: ${DEFAULT-VALUE}.")
  private long challengeSeconds;

  @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Where job.json and its store go.")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    if (workSeconds < 1 || challengeSeconds < 1) {
      throw new InputException("--work-time and --challenge-time must be 1 second or more, not " + workSeconds + " and "
          + challengeSeconds);
    }
    ClassifierJob classifier = ClassifierJob.of(new MultilayerPerceptron(layers, scale),
        LabelledImages.readCsv(data), testRows, batch, learningRate, seed);
    TrainingJob job = classifier.job(steps, checkpointInterval);
    job.publish(new FolderStore(out.resolve("store")));
    // Each making is a job of its own, so that the same work can be asked for twice.
    byte[] salt = new byte[Digest.LENGTH_BYTES];
    new SecureRandom().nextBytes(salt);
    JobFile file = new JobFile("store", job.programRoot(), job.initialStateRoot(), steps, checkpointInterval, payment,
        stake, bond, workSeconds, challengeSeconds, Digest.of(salt));
    file.write(out.resolve("job.json"));
    ObjectNode json = Output.document();
    json.put("file", out.resolve("job.json").toString());
    json.put("programRoot", file.programRoot().toString());
    json.put("initialState", file.initialState().toString());
    json.put("nodes", job.program().nodes().size());
    output.print(json, "program " + file.programRoot() + ", " + job.program().nodes().size() + " nodes, "
        + classifier.training().rows() + " rows\nWritten to " + out.resolve("job.json")
        + ". Submit it with: verdict job submit " + out.resolve("job.json"));
    return ExitCode.DONE;
  }
}
