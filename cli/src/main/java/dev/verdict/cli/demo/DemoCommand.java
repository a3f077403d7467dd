package dev.verdict.cli.demo;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Progress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `verdict demo`.
@Command(name = "demo", mixinStandardHelpOptions = true,
    description = "Starts a chain, deploys, trains, cheats, and settles it: the whole road, in seconds.")
public final class DemoCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Option(names = "--model", paramLabel = "NAME", defaultValue = "digits-mlp", converter = Model.Converter.class,
      completionCandidates = Model.Names.class,
      description = "What is trained: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Model model = Model.DIGITS_MLP;

  @Option(names = "--data", paramLabel = "FOLDER",
      description = "Where Fashion-MNIST's four files are. Default: where Debian's package puts them.")
  private Optional<Path> data = Optional.empty();

  @Option(names = "--cheat", paramLabel = "NAME", defaultValue = "op", converter = Scenario.Converter.class,
      completionCandidates = Scenario.Names.class,
      description = "Who cheats, and how: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Scenario scenario = new Scenario(Optional.empty());

  @Option(names = "--withhold", description = "The solver serves none of its vectors; they are demanded on chain.")
  private boolean withhold;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
      description = "Of the data's order, the initial parameters and the cheat. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--port", paramLabel = "N", defaultValue = "0",
      description = "Port of the embedded chain; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Override
  public Integer call() throws Exception {
    if (data.isPresent() && !model.readsFolder()) {
      throw new IllegalArgumentException("--data is for " + Arrays.stream(Model.values()).filter(Model::readsFolder)
          .map(Model::toString).collect(Collectors.joining(", ")) + ": the data of " + model
          + " comes with the project");
    }
    Progress progress = Progress.toStandardError(output.isJson());
    Path home = Path.of(System.getProperty("verdict.home", "."));
    Assignment assignment = model.assignment(new Model.Files(home, data), seed);
    progress.say("verdict demo: " + scenario.words() + (withhold ? ", and serves nothing" : "") + " (" + model
        + ", seed " + seed + ")");
    DemoReport report = new Demo(assignment, scenario, withhold, seed, port, progress).run();
    output.print(report.toJson(), report.toText());
    return ExitCode.DONE;
  }
}
