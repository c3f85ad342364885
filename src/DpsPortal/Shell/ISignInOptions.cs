using DpsPortal.Services.People;

namespace DpsPortal.Shell;

/// <summary>How people sign in here. The host knows; the sign-in page shows it.</summary>
internal interface ISignInOptions
{
    /// <summary>One person per role can be chosen without a password.</summary>
    bool Development { get; }

    IReadOnlyList<Person> People { get; }
}
