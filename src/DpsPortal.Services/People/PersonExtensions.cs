using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.People;

internal static class PersonExtensions
{
    /// <summary>The person as DPS names them in its own log.</summary>
    public static Caller AsCaller(this Person person) => new(person.ObjectId, person.DisplayName);
}
