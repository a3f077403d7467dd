package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What the documents tell a reader to type is there: commands, options, and files of the project.
class DocumentedCommandsTest {
  private static final Path HOME = Path.of(System.getProperty("verdict.home"));
  private static final List<String> DOCUMENTS = List.of("README.md", "docs/operators-guide.md", "docs/benchmarks.md",
      "docs/operators.md", "testdata/README.md");
  /// Code in a line, or a line of code: `verdict` and what follows it, up to a comment.
  private static final Pattern COMMAND = Pattern.compile("(?:`|^ {4})(?:\\./)?verdict ([^`#\n]*)", Pattern.MULTILINE);
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final Pattern OPTION_ALONE = Pattern.compile("`(--[a-z][a-z-]*)[^`]*`");

  private static String text(String document) {
    try {
      return Files.readString(HOME.resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CommandLine verdict() {
    return new CommandLine(Main.class);
  }

  /// `job create --data …` → the command `create`, and the words after it.
  private static CommandLine named(String words, List<String> rest) {
    CommandLine command = verdict();
    for (String word : words.strip().split("\\s+")) {
      if (rest.isEmpty() && command.getSubcommands().containsKey(word)) {
        command = command.getSubcommands().get(word);
      } else {
        rest.add(word);
      }
    }
    return command;
  }

  @Test
  void documents_everyCommand_existsWithItsOptions() {
    Set<String> found = new TreeSet<>();
    for (String document : DOCUMENTS) {
      Matcher commands = COMMAND.matcher(text(document));
      while (commands.find()) {
        List<String> rest = new ArrayList<>();
        CommandLine command = named(commands.group(1), rest);
        String what = document + ": verdict " + commands.group(1);
        assertThat(command.getParent() != null || rest.getFirst().startsWith("-")).as(what).isTrue();
        assertThat(command.getSubcommands().isEmpty() || rest.isEmpty()).as("%s: no such command", what).isTrue();
        Matcher options = OPTION.matcher(String.join(" ", rest));
        while (options.find()) {
          assertThat(command.getCommandSpec().optionsMap()).as(what).containsKey(options.group());
        }
        found.add(command.getCommandSpec().qualifiedName());
      }
    }
    Set<String> all = new TreeSet<>();
    leaves(verdict(), all);
    assertThat(found).as("commands that a reader is told of").containsAll(all);
  }

  private static void leaves(CommandLine command, Set<String> names) {
    if (command.getSubcommands().isEmpty()) {
      names.add(command.getCommandSpec().qualifiedName());
    }
    command.getSubcommands().values().forEach(c -> leaves(c, names));
  }

  @Test
  void operatorsGuide_everyOptionByItself_isSomeCommands() {
    Set<String> all = new TreeSet<>();
    options(verdict(), all);
    Matcher options = OPTION_ALONE.matcher(text("docs/operators-guide.md"));
    List<String> found = new ArrayList<>();
    while (options.find()) {
      found.add(options.group(1));
    }
    assertThat(found).hasSizeGreaterThan(8).allSatisfy(option -> assertThat(all).contains(option));
  }

  private static void options(CommandLine command, Set<String> names) {
    names.addAll(command.getCommandSpec().optionsMap().keySet());
    command.getSubcommands().values().forEach(c -> options(c, names));
  }

  /// A folder or file that the README or the guide links to, or hands to a command.
  @Test
  void documents_everyFileOfTheProject_isThere() {
    Pattern link = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)|--data (testdata/\\S+)");
    for (String document : DOCUMENTS) {
      Matcher links = link.matcher(text(document));
      while (links.find()) {
        Path target = links.group(1) != null
            ? HOME.resolve(document).resolveSibling(links.group(1)) : HOME.resolve(links.group(2));
        assertThat(target).as(document).exists();
      }
    }
  }

  /// The list of all commands shows the first line of each description: it has to be a whole sentence.
  @Test
  void help_everyCommand_beginsWithAWholeSentence() {
    assertThat(verdict().getSubcommands().values()).allSatisfy(c ->
        assertThat(c.getCommandSpec().usageMessage().description()[0]).as(c.getCommandName()).endsWith("."));
  }
}
