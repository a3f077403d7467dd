package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.protocol.http.HttpService;
import org.web3j.utils.Numeric;
import tools.jackson.core.JacksonException;

/// Reads a chain through a node's JSON-RPC. Every request has a time limit; none is repeated.
///
/// Every method throws [NodeUnreachableException] where no answer comes and [NodeErrorException] where the node answers
/// with an error.
public final class ChainClient implements AutoCloseable {
  /// Time limits of one request.
  ///
  /// @param connect until the connection stands
  /// @param answer until the answer is there
  public record Timeouts(Duration connect, Duration answer) {
    /// 5 s and 30 s.
    public static Timeouts standard() {
      return new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }
  }

  private static final Pattern HEX_DATA = Pattern.compile("0x(?:[0-9a-fA-F]{2})*");

  private final URI url;
  private final OkHttpClient http;
  private final HttpService service;
  private final Web3j web3j;
  private final ContractErrors errors;
  private final long chainId;

  private ChainClient(URI url, Timeouts timeouts, ContractErrors errors) {
    this.url = url;
    this.errors = errors;
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(timeouts.connect())
            .readTimeout(timeouts.answer())
            .writeTimeout(timeouts.answer())
            .callTimeout(timeouts.answer())
            .build();
    this.service = new HttpService(url.toString(), http);
    if (url.getUserInfo() != null) {
      String credentials =
          Base64.getEncoder().encodeToString(url.getUserInfo().getBytes(StandardCharsets.UTF_8));
      service.addHeader("Authorization", "Basic " + credentials);
    }
    this.web3j = Web3j.build(service);
    try {
      this.chainId = send("eth_chainId", web3j.ethChainId()).getChainId().longValueExact();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Connects, whatever the chain. Throws [IllegalArgumentException] for a URL that isn't http or https.
  public static ChainClient connect(URI url) {
    return connect(url, Timeouts.standard());
  }

  /// As [#connect(URI)], with time limits.
  public static ChainClient connect(URI url, Timeouts timeouts) {
    return connect(url, timeouts, ContractErrors.verdict());
  }

  /// Connects, and throws [WrongChainException] where the node is on another chain.
  public static ChainClient connect(URI url, long expectedChainId) {
    ChainClient client = connect(url);
    if (client.chainId != expectedChainId) {
      client.close();
      throw new WrongChainException(url, expectedChainId, client.chainId);
    }
    return client;
  }

  static ChainClient connect(URI url, Timeouts timeouts, ContractErrors errors) {
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(
          "a node's URL has the form http://HOST:PORT or https://…, not "
              + (url.getHost() == null ? url.getScheme() + ":…" : RpcUrl.redacted(url)));
    }
    return new ChainClient(url, timeouts, errors);
  }

  /// What a node answers to a request of its own.
  static final class RawResponse extends Response<Object> {}

  /// The node's URL as it may be shown, without the secrets that it may hold.
  public String shownUrl() {
    return RpcUrl.redacted(url);
  }

  URI url() {
    return url;
  }

  Web3j web3j() {
    return web3j;
  }

  ContractErrors errors() {
    return errors;
  }

  /// Asked once, when connecting.
  public long chainId() {
    return chainId;
  }

  /// Throws [WrongChainException] unless this is the chain.
  public void requireChain(long expectedChainId) {
    if (chainId != expectedChainId) {
      throw new WrongChainException(url, expectedChainId, chainId);
    }
  }

  /// Number of the newest block.
  public long blockNumber() {
    return send("eth_blockNumber", web3j.ethBlockNumber()).getBlockNumber().longValueExact();
  }

  /// The newest block.
  public Block latestBlock() {
    return block(DefaultBlockParameterName.LATEST)
        .orElseThrow(
            () ->
                new NodeErrorException(url, "eth_getBlockByNumber", 0, "there is no newest block"));
  }

  /// The block of that number on the chain as it is now; empty where the chain isn't that long.
  public Optional<Block> block(long number) {
    return block(blockParameter(OptionalLong.of(number)));
  }

  private Optional<Block> block(DefaultBlockParameter which) {
    return Optional.ofNullable(
            send("eth_getBlockByNumber", web3j.ethGetBlockByNumber(which, false)).getBlock())
        .map(ChainClient::block);
  }

  /// The block of that hash, on whatever branch; empty where the node doesn't know it (any more).
  public Optional<Block> block(Digest hash) {
    return Optional.ofNullable(
            send("eth_getBlockByHash", web3j.ethGetBlockByHash(hash.toString(), false)).getBlock())
        .map(ChainClient::block);
  }

  private static Block block(EthBlock.Block block) {
    return new Block(
        block.getNumber().longValueExact(),
        Digest.ofHex(block.getHash()),
        Digest.ofHex(block.getParentHash()),
        block.getTimestamp().longValueExact(),
        block.getGasLimit(),
        Optional.ofNullable(block.getBaseFeePerGasRaw()).map(Numeric::decodeQuantity));
  }

  /// Logs of the emitters in blocks `from` to `to`, both included, in the chain's order. A range that is too long for
  /// the node is asked for in halves.
  public List<LogEntry> logs(long from, long to, Collection<Account> emitters) {
    List<LogEntry> logs = new ArrayList<>();
    collectLogs(from, to, emitters.stream().map(Account::toString).toList(), logs);
    return List.copyOf(logs);
  }

  private void collectLogs(long from, long to, List<String> emitters, List<LogEntry> into) {
    if (from > to) {
      return;
    }
    EthFilter filter =
        new EthFilter(
            blockParameter(OptionalLong.of(from)), blockParameter(OptionalLong.of(to)), emitters);
    try {
      for (EthLog.LogResult<?> result : send("eth_getLogs", web3j.ethGetLogs(filter)).getLogs()) {
        into.add(logEntry((Log) result.get()));
      }
    } catch (NodeErrorException e) {
      // Nodes limit range or result, each with an error of its own.
      if (from == to) {
        throw e;
      }
      long middle = from + (to - from) / 2;
      collectLogs(from, middle, emitters, into);
      collectLogs(middle + 1, to, emitters, into);
    }
  }

  private static LogEntry logEntry(Log log) {
    return new LogEntry(
        Account.ofHex(log.getAddress()),
        log.getTopics().stream().map(Digest::ofHex).toList(),
        Numeric.hexStringToByteArray(log.getData()),
        new EventPosition(
            log.getBlockNumber().longValueExact(),
            Digest.ofHex(log.getBlockHash()),
            log.getLogIndex().longValueExact(),
            Digest.ofHex(log.getTransactionHash())));
  }

  /// Wei of an account.
  public BigInteger balance(Account account) {
    return send(
            "eth_getBalance",
            web3j.ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST))
        .getBalance();
  }

  /// Code at an address; empty where there is none.
  public byte[] code(Account address) {
    String hex =
        send("eth_getCode", web3j.ethGetCode(address.toString(), DefaultBlockParameterName.LATEST))
            .getCode();
    return Numeric.hexStringToByteArray(hex);
  }

  /// Transactions of an account that are mined.
  public long minedNonce(Account account) {
    return nonce(account, DefaultBlockParameterName.LATEST);
  }

  /// The same, and those that the node still holds.
  public long pendingNonce(Account account) {
    return nonce(account, DefaultBlockParameterName.PENDING);
  }

  private long nonce(Account account, DefaultBlockParameterName which) {
    return send("eth_getTransactionCount", web3j.ethGetTransactionCount(account.toString(), which))
        .getTransactionCount()
        .longValueExact();
  }

  /// What a contract returns for `data`, at block `at` or the newest. Throws [ContractRevertedException] where it
  /// reverts. An address without code returns nothing.
  public byte[] call(String operation, Account to, byte[] data, OptionalLong at) {
    Transaction call =
        Transaction.createEthCallTransaction(
            null, to.toString(), "0x" + HexFormat.of().formatHex(data));
    return call(operation, call, at);
  }

  /// As [#call(String, Account, byte[], OptionalLong)], of a whole request and from its sender.
  byte[] simulate(Account from, TransactionRequest request, BigInteger gasLimit, OptionalLong at) {
    return call(request.operation(), transaction(from, request, gasLimit), at);
  }

  private byte[] call(String operation, Transaction call, OptionalLong at) {
    EthCall answer = exchange(operation, web3j.ethCall(call, blockParameter(at)));
    if (answer.hasError()) {
      throw failure(operation, answer.getError());
    }
    return answer.getValue() == null
        ? new byte[0]
        : Numeric.hexStringToByteArray(answer.getValue());
  }

  /// Gas that the request would use now. Throws [ContractRevertedException] where it would revert.
  BigInteger estimateGas(Account from, TransactionRequest request) {
    var answer =
        exchange(request.operation(), web3j.ethEstimateGas(transaction(from, request, null)));
    if (answer.hasError()) {
      throw failure(request.operation(), answer.getError());
    }
    return answer.getAmountUsed();
  }

  private static Transaction transaction(
      Account from, TransactionRequest request, @Nullable BigInteger gasLimit) {
    return new Transaction(
        from.toString(),
        null,
        null,
        gasLimit,
        request.to().map(Account::toString).orElse(null),
        request.valueWei(),
        "0x" + HexFormat.of().formatHex(request.data()));
  }

  /// The receipt, whether it did what it should or not; empty where the transaction isn't mined.
  Optional<TransactionReceipt> receipt(Digest txHash) {
    return send("eth_getTransactionReceipt", web3j.ethGetTransactionReceipt(txHash.toString()))
        .getTransactionReceipt()
        // Some nodes give the receipt of a pending transaction.
        .filter(receipt -> receipt.getBlockNumberRaw() != null && receipt.getBlockHash() != null);
  }

  /// The receipt of a transaction that was mined and did what it should; empty where it isn't mined or failed.
  public Optional<Receipt> successfulReceipt(Digest txHash) {
    return receipt(txHash).filter(TransactionReceipt::isStatusOK).map(ChainClient::receipt);
  }

  static Receipt receipt(TransactionReceipt receipt) {
    String price = receipt.getEffectiveGasPrice();
    return new Receipt(
        Digest.ofHex(receipt.getTransactionHash()),
        receipt.getBlockNumber().longValueExact(),
        Digest.ofHex(receipt.getBlockHash()),
        receipt.getGasUsed(),
        receipt.getLogs().stream().map(ChainClient::logEntry).toList(),
        price == null ? BigInteger.ZERO : Numeric.decodeQuantity(price),
        Optional.ofNullable(receipt.getContractAddress()).map(Account::ofHex));
  }

  /// Whether the node knows the transaction, mined or not.
  boolean knows(Digest txHash) {
    return send("eth_getTransactionByHash", web3j.ethGetTransactionByHash(txHash.toString()))
        .getTransaction()
        .isPresent();
  }

  /// What the node suggests as priority fee.
  BigInteger suggestedPriorityFee() {
    return send("eth_maxPriorityFeePerGas", web3j.ethMaxPriorityFeePerGas())
        .getMaxPriorityFeePerGas();
  }

  /// What the node suggests as price, for chains before EIP-1559.
  BigInteger suggestedGasPrice() {
    return send("eth_gasPrice", web3j.ethGasPrice()).getGasPrice();
  }

  /// Hands a signed transaction to the node; empty, or the error with which the node refused it.
  Optional<Response.Error> broadcast(byte[] raw) {
    var answer =
        exchange(
            "eth_sendRawTransaction",
            web3j.ethSendRawTransaction("0x" + HexFormat.of().formatHex(raw)));
    return Optional.ofNullable(answer.getError());
  }

  /// A request of the node's own (`evm_increaseTime`, …), for nodes that are ours.
  ///
  /// @return the result: a string, number, boolean, list or map
  public Object raw(String method, List<?> parameters) {
    Request<Object, RawResponse> request =
        new Request<>(method, List.copyOf(parameters), service, RawResponse.class);
    return send(method, request).getResult();
  }

  private <T extends Response<?>> T send(String operation, Request<?, T> request) {
    T answer = exchange(operation, request);
    if (answer.hasError()) {
      throw new NodeErrorException(
          url,
          operation,
          answer.getError().getCode(),
          String.valueOf(answer.getError().getMessage()));
    }
    return answer;
  }

  private <T extends Response<?>> T exchange(String operation, Request<?, T> request) {
    try {
      return request.send();
    } catch (IOException | ClientConnectionException | JacksonException e) {
      throw new NodeUnreachableException(url, operation, e);
    }
  }

  /// The exception for an error of the node: a revert, decoded, or anything else.
  ChainException failure(String operation, Response.Error error) {
    return revertData(error)
        .<ChainException>map(
            data -> {
              ContractErrors.Decoded decoded = errors.decode(data);
              return new ContractRevertedException(
                  operation, decoded.name(), decoded.arguments(), Optional.empty());
            })
        .orElseGet(
            () ->
                new NodeErrorException(
                    url, operation, error.getCode(), String.valueOf(error.getMessage())));
  }

  /// What a contract returned, where the error is a revert. Nodes put it, quoted or not, into `data`, some behind
  /// words.
  private static Optional<byte[]> revertData(Response.Error error) {
    String data = error.getData();
    Matcher hex = HEX_DATA.matcher(data == null ? "" : data);
    if (hex.find() && hex.group().length() > 2) {
      return Optional.of(Numeric.hexStringToByteArray(hex.group()));
    }
    String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("revert") ? Optional.of(new byte[0]) : Optional.empty();
  }

  private static DefaultBlockParameter blockParameter(OptionalLong number) {
    return number.isPresent()
        ? DefaultBlockParameter.valueOf(BigInteger.valueOf(number.getAsLong()))
        : DefaultBlockParameterName.LATEST;
  }

  @Override
  public void close() {
    if (web3j != null) {
      web3j.shutdown();
    }
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  @Override
  public String toString() {
    return "ChainClient[" + shownUrl() + ", chain " + chainId + "]";
  }
}
