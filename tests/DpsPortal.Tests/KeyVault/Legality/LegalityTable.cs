using System.Globalization;

namespace DpsPortal.Tests.KeyVault.Legality;

/// <summary>
/// What the contract answers to every operation in every state of the key, of the caller and of the vault. A cell is a status with
/// the error's code and inner code; a dash is a pair that does not exist. All operations are sent with valid contents; the columns
/// "wrong type" and "wrong size" alone change the contents.
/// </summary>
internal static class LegalityTable
{
    private const string Text = """
        operation       | enabled       | disabled      | expired       | not yet valid | no key_ops    | wrong type    | wrong size    | deleted       | no role       | firewall      | throttled
        create          | 200           | 200           | 200           | 200           | 200           | 400 type      | 400           | 409 deleted   | 403 role      | 403 firewall  | 429
        import          | 200           | 200           | 200           | 200           | 200           | 400 type      | 400           | 409 deleted   | 403 role      | 403 firewall  | 429
        rotate          | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        update          | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        get             | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        list            | 200           | 200           | 200           | 200           | 200           | -             | -             | 200           | 403 role      | 403 firewall  | 429
        versions        | 200           | 200           | 200           | 200           | 200           | -             | -             | 200           | 403 role      | 403 firewall  | 429
        backup          | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        restore         | 409           | 409           | 409           | 409           | 409           | -             | -             | 409 deleted   | 403 role      | 403 firewall  | 429
        encrypt         | 200           | 403 disabled  | 403 expired   | 403 early     | 403 ops       | 400           | 400           | 404           | 403 role      | 403 firewall  | 429
        wrapkey         | 200           | 403 disabled  | 403 expired   | 403 early     | 403 ops       | 400           | 400           | 404           | 403 role      | 403 firewall  | 429
        sign            | 200           | 403 disabled  | 403 expired   | 403 early     | 403 ops       | 400           | 400           | 404           | 403 role      | 403 firewall  | 429
        decrypt         | 200           | 403 disabled  | 200           | 200           | 403 ops       | 400           | 400           | 404           | 403 role      | 403 firewall  | 429
        unwrapkey       | 200           | 403 disabled  | 200           | 200           | 403 ops       | 400           | 400           | 404           | 403 role      | 403 firewall  | 429
        verify          | 200           | 403 disabled  | 200           | 200           | 403 ops       | 400           | 400           | 404           | 403 role      | 403 firewall  | 429
        get policy      | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        set policy      | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        list deleted    | 200           | 200           | 200           | 200           | 200           | -             | -             | 200           | 403 role      | 403 firewall  | 429
        get deleted     | 404           | 404           | 404           | 404           | 404           | -             | -             | 200           | 403 role      | 403 firewall  | 429
        recover         | 404           | 404           | 404           | 404           | 404           | -             | -             | 200           | 403 role      | 403 firewall  | 429
        purge           | 404           | 404           | 404           | 404           | 404           | -             | -             | 204           | 403 role      | 403 firewall  | 429
        delete          | 200           | 200           | 200           | 200           | 200           | -             | -             | 404           | 403 role      | 403 firewall  | 429
        """;

    private static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["400"] = "BadParameter",
        ["400 type"] = "BadParameter/KeyTypeNotSupported",
        ["403 disabled"] = "Forbidden/KeyDisabled",
        ["403 expired"] = "Forbidden/KeyExpired",
        ["403 early"] = "Forbidden/KeyNotYetValid",
        ["403 ops"] = "Forbidden/KeyOperationForbidden",
        ["403 role"] = "Forbidden/ForbiddenByRbac",
        ["403 firewall"] = "Forbidden/ForbiddenByFirewall",
        ["404"] = "KeyNotFound",
        ["409"] = "Conflict",
        ["409 deleted"] = "Conflict/ObjectIsDeletedButRecoverable",
        ["429"] = "Throttled",
    };

    private static readonly string[][] Rows =
        [.. Text.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries))];

    public static IReadOnlyList<string> States { get; } = Rows[0][1..];

    /// <summary>Every cell of a column that exists: the operation, the status, and code and inner code where it is an error.</summary>
    public static IEnumerable<(string Operation, int Status, string? Code)> Of(string state)
    {
        var column = Array.IndexOf(Rows[0], state);
        return Rows.Skip(1).Where(row => row[column] != "-").Select(row =>
            (row[0], int.Parse(row[column].Split(' ')[0], CultureInfo.InvariantCulture), Codes.GetValueOrDefault(row[column])));
    }
}
