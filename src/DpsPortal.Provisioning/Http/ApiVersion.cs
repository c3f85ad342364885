using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.Http;

/// <summary>
/// Every version that DPS's clients have sent has the shape of a date; newer ones are accepted too, so that an updated client does not
/// break.
/// </summary>
internal static partial class ApiVersion
{
    public static DpsError? Fault(HttpRequest request) => Pattern().IsMatch(request.Query["api-version"].ToString())
        ? null
        : DpsError.BadRequest("The query must have an api-version such as 2021-10-01.");

    [GeneratedRegex(@"\A20[0-9]{2}-[0-9]{2}-[0-9]{2}(-preview)?\z")]
    private static partial Regex Pattern();
}
