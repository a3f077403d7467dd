package dev.verdict.cli.demo;

import dev.verdict.bisection.adversary.Cheat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Who cheats, and how.
///
/// @param cheat empty where nobody does
record Scenario(Optional<Cheat> cheat) {
  private static final String NONE = "none";

  /// As it is written on the command line: `skip-step`.
  String name() {
    return cheat.map(Scenario::nameOf).orElse(NONE);
  }

  private static String nameOf(Cheat cheat) {
    return cheat.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// What it does, in words.
  String words() {
    return cheat.map(c -> (c.isFalseClaim() ? "the solver " : "the challenger ") + c.words())
        .orElse("everybody is honest");
  }

  /// Every name that `--cheat` takes. Withholding is an option of its own, since it goes with any of them.
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(List.of(NONE));
      Arrays.stream(Cheat.values()).filter(c -> c != Cheat.WITHHOLD).map(Scenario::nameOf).forEach(names::add);
      return names.iterator();
    }
  }

  /// From its name.
  static final class Converter implements ITypeConverter<Scenario> {
    @Override
    public Scenario convert(String name) {
      if (name.equals(NONE)) {
        return new Scenario(Optional.empty());
      }
      return Arrays.stream(Cheat.values()).filter(c -> c != Cheat.WITHHOLD && nameOf(c).equals(name)).findFirst()
          .map(c -> new Scenario(Optional.of(c)))
          .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of "
              + String.join(", ", new Names())));
    }
  }
}
