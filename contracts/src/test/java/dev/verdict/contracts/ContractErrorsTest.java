package dev.verdict.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Keccak256;
import dev.verdict.repops.commit.Digest;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.utils.Numeric;

class ContractErrorsTest {
  private static final long SEED = 20_260_101;

  private final ContractErrors errors = ContractErrors.verdict();

  @TestFactory
  List<DynamicTest> decode_everyErrorOfEveryContract_givesNameAndArguments() {
    Random random = new Random(SEED);
    List<String> signatures = errors.signatures();
    assertThat(signatures).hasSizeGreaterThan(40);
    return signatures.stream()
        .map(
            signature ->
                DynamicTest.dynamicTest(
                    signature + ", seed " + SEED, () -> roundTrip(signature, random)))
        .toList();
  }

  @SuppressWarnings("rawtypes")
  private void roundTrip(String signature, Random random) throws Exception {
    String name = signature.substring(0, signature.indexOf('('));
    String list = signature.substring(signature.indexOf('(') + 1, signature.length() - 1);
    List<String> types = list.isEmpty() ? List.of() : Arrays.asList(list.split(","));
    List<Type> values = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    for (String type : types) {
      Object value = arbitrary(type, random);
      expected.add(value);
      values.add(abi(type, value));
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(Keccak256.of(signature.getBytes(StandardCharsets.US_ASCII)).bytes(), 0, 4);
    data.write(Numeric.hexStringToByteArray(FunctionEncoder.encodeConstructor(values)));

    ContractErrors.Decoded decoded = errors.decode(data.toByteArray());

    assertThat(decoded.name()).isEqualTo(name);
    assertThat(decoded.arguments())
        .extracting(ContractRevertedException.Argument::value)
        .isEqualTo(expected);
  }

  private static Object arbitrary(String type, Random random) {
    return switch (type) {
      case "address" -> Account.of(bytes(20, random));
      case "bytes32" -> Digest.of(bytes(32, random));
      case "bool" -> random.nextBoolean();
      case "string" -> "reason " + random.nextInt();
      default -> {
        assertThat(type).startsWith("uint");
        int bits = Integer.parseInt(type.substring(4));
        yield random.nextBoolean()
            ? BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE)
            : new BigInteger(bits, random);
      }
    };
  }

  private static byte[] bytes(int length, Random random) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @SuppressWarnings("rawtypes")
  private static Type abi(String type, Object value) throws Exception {
    Object plain =
        switch (value) {
          case Account account -> account.toString();
          case Digest digest -> digest.bytes();
          default -> value;
        };
    if (plain instanceof String text && type.equals("string")) {
      return new Utf8String(text);
    }
    return org.web3j.abi.TypeDecoder.instantiateType(type, plain);
  }

  @Test
  void decode_unknownSelector_keepsTheData() {
    byte[] data = {1, 2, 3, 4, 5};
    ContractErrors.Decoded decoded = errors.decode(data);
    assertThat(decoded.name()).isEqualTo("Unknown");
    assertThat(decoded.arguments().getFirst().toString()).isEqualTo("data=0x0102030405");
  }

  @Test
  void decode_nothing_isUnknown() {
    assertThat(errors.decode(new byte[0]).name()).isEqualTo("Unknown");
  }

  @Test
  void decode_knownSelectorAndGarbage_neverThrows() {
    Random random = new Random(SEED);
    for (String signature : errors.signatures()) {
      byte[] selector =
          Arrays.copyOf(Keccak256.of(signature.getBytes(StandardCharsets.US_ASCII)).bytes(), 4);
      for (int length : new int[] {0, 1, 31, 32, 33, 100}) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(selector);
        data.writeBytes(bytes(length, random));
        assertThat(errors.decode(data.toByteArray())).isNotNull();
      }
    }
  }
}
