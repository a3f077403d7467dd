package dev.verdict.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The arrows of the house, as data: which module may see which. A violation names the illegal edge.
@AnalyzeClasses(packages = "dev.verdict",
    importOptions = {ImportOption.DoNotIncludeTests.class, BoundariesTest.DoNotIncludeTestJars.class})
class BoundariesTest {
  /// What other modules' tests share comes as a jar.
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  /// Module → the modules that it may use, besides itself.
  private static final Map<String, List<String>> ALLOWED = Map.of(
      "repops", List.of(),
      "bisection", List.of("repops"),
      "contracts", List.of("repops", "bisection"),
      "learning", List.of("repops", "bisection"),
      "staking", List.of("repops", "bisection", "contracts", "learning"),
      "cli", List.of("repops", "bisection", "contracts", "learning", "staking"),
      "benchmarks", List.of("repops"));

  private static String moduleOf(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.");
    return parts.length > 2 && type.getPackageName().startsWith("dev.verdict.") ? parts[2] : "";
  }

  @ArchTest
  static final ArchRule MODULES_SEE_ONLY_WHAT_THEY_MAY = ArchRuleDefinition.classes()
      .that().resideInAPackage("dev.verdict..")
      .should(new ArchCondition<>("use only the modules below their own") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          String from = moduleOf(type);
          TreeSet<String> used = new TreeSet<>();
          type.getDirectDependenciesFromSelf().forEach(d -> used.add(moduleOf(d.getTargetClass())));
          used.removeAll(List.of("", from));
          used.removeAll(ALLOWED.getOrDefault(from, List.of()));
          used.forEach(to -> events.add(SimpleConditionEvent.violated(type, from + " → " + to + " in "
              + type.getName())));
        }
      });

  @ArchTest
  static final ArchRule ONLY_CONTRACTS_KNOWS_WEB3J = noClasses()
      .that().resideOutsideOfPackage("dev.verdict.contracts..")
      .should().dependOnClassesThat().resideInAPackage("org.web3j..");

  @ArchTest
  static final ArchRule NOBODY_BUT_THE_DEMO_KNOWS_THE_CHEATS = noClasses()
      .that().resideOutsideOfPackages("dev.verdict.bisection.adversary..", "dev.verdict.cli.demo..")
      .should().dependOnClassesThat().resideInAPackage("dev.verdict.bisection.adversary..");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS_OR_EXITS = noClasses()
      .that().resideOutsideOfPackage("dev.verdict.cli..")
      .should().accessField(System.class, "out")
      .orShould().accessField(System.class, "err")
      .orShould().callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule THE_GAME_HAS_NO_CLOCK_AND_NO_FILES = noClasses()
      .that().resideInAPackage("dev.verdict.bisection..")
      .should().dependOnClassesThat().resideInAnyPackage("java.nio.file..", "java.net..")
      .orShould().callMethod(System.class, "currentTimeMillis")
      .orShould().callMethod(System.class, "nanoTime")
      .orShould().callMethod(java.time.Instant.class, "now");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CIRCLES = slices().matching("dev.verdict.(**)").should().beFreeOfCycles();
}
