using System.Text.RegularExpressions;

namespace DpsPortal.Provisioning.Contract;

/// <summary>What the id of a record may be: of an enrollment group, an individual enrollment, a registration (Azure IoT Hub DPS, service concepts).</summary>
public static partial class RecordId
{
    public const int Longest = 128;

    /// <summary>Letters, digits and <c>- . _ :</c>, with a letter, a digit or a hyphen at the end.</summary>
    public static bool IsValid(string? id) => id?.Length is <= Longest && Pattern().IsMatch(id);

    [GeneratedRegex(@"\A[a-zA-Z0-9\-._:]*[a-zA-Z0-9-]\z")]
    private static partial Regex Pattern();
}
