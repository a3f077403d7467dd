import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.web3j.codegen.SolidityFunctionWrapperGenerator;

/// Usage: java -classpath CODEGEN GenerateWrappers.java SOLIDITY_OUT SOURCES RESOURCES CONTRACT...
///
/// Generates web3j's wrapper of each contract from the ABI and code that forge left in SOLIDITY_OUT, and copies the ABI
/// into RESOURCES, where `ContractErrors` reads it. A wrapper that is newer than both is left alone. One JVM for all
/// contracts: starting it costs more than generating.
final class GenerateWrappers {
  private static final String PACKAGE = "dev.verdict.contracts.generated";

  public static void main(String[] arguments) throws Exception {
    Path out = Path.of(arguments[0]);
    Path sources = Path.of(arguments[1]);
    Path resources = Path.of(arguments[2]).resolve(PACKAGE.replace('.', '/'));
    Files.createDirectories(resources);
    Files.createDirectories(sources);
    for (String contract : List.of(arguments).subList(3, arguments.length)) {
      Path artifacts = out.resolve(contract + ".sol");
      Path abi = artifacts.resolve(contract + ".abi.json");
      Path code = artifacts.resolve(contract + ".bin");
      if (!Files.exists(abi) || !Files.exists(code)) {
        System.err.printf(
            "GenerateWrappers: %s has no ABI or code; run 'scripts/forge build' in solidity%n",
            artifacts);
        System.exit(2);
      }
      Path wrapper = sources.resolve(PACKAGE.replace('.', '/')).resolve(contract + ".java");
      if (isNewer(wrapper, abi) && isNewer(wrapper, code)) {
        continue;
      }
      Files.copy(
          abi, resources.resolve(contract + ".abi.json"), StandardCopyOption.REPLACE_EXISTING);
      new SolidityFunctionWrapperGenerator(
              code.toFile(), abi.toFile(), sources.toFile(), contract, PACKAGE, true, false, 160)
          .generate();
    }
  }

  private static boolean isNewer(Path file, Path than) throws IOException {
    return Files.exists(file)
        && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(than)) > 0;
  }
}
