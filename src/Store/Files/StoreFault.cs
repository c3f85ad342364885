#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#elif STORE_OF_HOST
namespace DpsPortal.Hosting;
#else
namespace DpsPortal.Services.Storage;
#endif

/// <summary>What is wrong with a store, as far as it decides what is to be done.</summary>
internal enum StoreFault
{
    /// <summary>The disk or a quota has no space left.</summary>
    Full,

    /// <summary>The file, its folder or the file system does not let this user write.</summary>
    ReadOnly,

    /// <summary>Another program has it locked.</summary>
    Locked,

    /// <summary>Its bytes are not a whole database.</summary>
    Damaged,

    /// <summary>The disk does not answer as a disk should.</summary>
    Unreachable,
}
