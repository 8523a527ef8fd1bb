// SPDX-FileCopyrightText: 2026 The kernite authors
// SPDX-License-Identifier: BSD-2-Clause

#include <lx/abi.h>

#include "path.h"

#include "access.h"
#include "client.h"
#include "inode.h"
#include "mount.h"
#include "trona/string.h"

#define MAX_LINKS 40

struct path path_get(struct path path)
{
    mount_get(path.mount);
    inode_get(path.inode);
    return path;
}

void path_put(struct path path)
{
    inode_put(path.inode);
    mount_put(path.mount);
}

void place_put(struct place *place)
{
    entry_put(place->entry);
    path_put(place->path);
    path_put(place->parent);
    *place = (struct place){0};
}

// A walk under way. The text still to be walked is at `rest`, in the upper part of `text`, so that a symlink's target can be
// put before it.
struct walk {
    struct client *client;
    const struct creds *creds;
    struct path at;      // held
    struct entry *entry; // held, the name of at.inode; NULL: none
    char *rest;
    unsigned nr_links;
    char text[2 * LX_PATH_MAX];
};

static struct walk the_walk; // a walk is never interrupted by another

static void move_to(struct walk *w, struct path to, struct entry *entry)
{
    entry_put(w->entry);
    path_put(w->at);
    w->at = to;
    w->entry = entry;
}

static bool same_place(const struct path *a, const struct path *b)
{
    return a->inode == b->inode && a->mount == b->mount;
}

// The parent directory of an inode within its file system, held; NULL if it has none (a root, or removed).
static struct inode *parent_of(struct inode *inode)
{
    char name[LX_NAME_MAX + 1];
    if (inode->ops->parent)
        return inode->ops->parent(inode, name);
    return inode->name && inode->name->is_linked ? inode_get(inode->name->parent) : NULL;
}

static long step_up(struct walk *w)
{
    const struct path *root = &w->client->root;
    while (!same_place(&w->at, root) && w->at.inode == w->at.mount->root && w->at.mount->point.mount)
        move_to(w, path_get(w->at.mount->point), NULL);
    if (same_place(&w->at, root) || w->at.inode == w->at.mount->root)
        return 0;
    struct inode *parent = parent_of(w->at.inode);
    if (!parent)
        return -LX_ENOENT;
    move_to(w, (struct path){mount_get(w->at.mount), parent}, NULL);
    mount_follow(&w->at);
    return 0;
}

// Puts a symlink's target before the rest and starts over where it says.
static long follow_text(struct walk *w, struct inode *link)
{
    char target[LX_PATH_MAX];
    long n = link->ops->readlink(link, w->client, target, sizeof target);
    if (n < 0)
        return n;
    if (n == 0)
        return -LX_ENOENT;
    size_t room = (size_t)(w->rest - w->text);
    if ((size_t)n > room || (size_t)n >= LX_PATH_MAX)
        return -LX_ENAMETOOLONG;
    w->rest -= n; // what follows the link starts with a slash, or ends the text
    memcpy(w->rest, target, (size_t)n);
    if (target[0] == '/')
        move_to(w, path_get(w->client->root), NULL);
    return 0;
}

static long follow_link(struct walk *w, struct entry *entry)
{
    struct inode *link = entry->inode;
    if (++w->nr_links > MAX_LINKS)
        return -LX_ELOOP;
    if (!link->ops->follow)
        return follow_text(w, link);
    struct place place = {0};
    long status = link->ops->follow(link, w->client, &place);
    if (status == 0)
        move_to(w, place.path, place.entry);
    return status;
}

static bool is_dots(const char *name, size_t length)
{
    return (length == 1 && name[0] == '.') || (length == 2 && name[0] == '.' && name[1] == '.');
}

// Looks NAME up in the directory where the walk is.
static long look_up(struct walk *w, const char *name, size_t length, struct entry **entry)
{
    struct inode *dir = w->at.inode;
    if (!inode_is(dir, LX_S_IFDIR) || !dir->ops->lookup)
        return -LX_ENOTDIR;
    long status = access_check(w->creds, dir, LX_X_OK);
    if (status)
        return status;
    if (length > LX_NAME_MAX)
        return -LX_ENAMETOOLONG;
    return dir->ops->lookup(dir, w->client, name, length, entry);
}

// Goes to a component that is not the last, or is to be followed like one.
static long step(struct walk *w, const char *name, size_t length, bool follow)
{
    if (is_dots(name, length)) {
        if (!inode_is(w->at.inode, LX_S_IFDIR))
            return -LX_ENOTDIR;
        long status = access_check(w->creds, w->at.inode, LX_X_OK);
        return status ? status : length == 2 ? step_up(w) : 0;
    }
    struct entry *entry;
    long status = look_up(w, name, length, &entry);
    if (status)
        return status;
    if (inode_is(entry->inode, LX_S_IFLNK) && follow) {
        status = follow_link(w, entry);
        entry_put(entry);
        return status;
    }
    struct path to = {mount_get(w->at.mount), inode_get(entry->inode)};
    mount_follow(&to);
    move_to(w, to, entry);
    return 0;
}

// The last component of a WALK_PARENT: where it is or would be.
static long finish_parent(struct walk *w, const char *name, size_t length, bool has_slash, struct place *place)
{
    if (length >= sizeof place->last)
        return -LX_ENAMETOOLONG;
    memcpy(place->last, name, length);
    place->last[length] = 0;
    place->last_length = length;
    place->wants_directory = has_slash;
    place->is_special = length == 0 || is_dots(name, length);
    if (!place->is_special) {
        struct entry *entry = NULL;
        long status = look_up(w, name, length, &entry);
        if (status && status != -LX_ENOENT)
            return status;
        if (status == 0) {
            place->entry = entry;
            place->path = (struct path){mount_get(w->at.mount), inode_get(entry->inode)};
        }
    } else if (!inode_is(w->at.inode, LX_S_IFDIR)) {
        return -LX_ENOTDIR;
    }
    place->parent = path_get(w->at);
    return 0;
}

static long walk_all(struct walk *w, unsigned flags, struct place *place)
{
    bool wants_directory = flags & WALK_DIRECTORY;
    for (;;) {
        while (*w->rest == '/')
            w->rest++;
        char *name = w->rest;
        size_t length = 0;
        while (name[length] && name[length] != '/')
            length++;
        const char *behind = name + length;
        while (*behind == '/')
            behind++;
        bool is_last = !*behind, has_slash = name[length] == '/';
        if (length == 0 && !(flags & WALK_PARENT))
            break;
        if (is_last && flags & WALK_PARENT)
            return finish_parent(w, name, length, has_slash, place);
        w->rest = name + length;
        bool follow = !is_last || has_slash || !(flags & WALK_NOFOLLOW);
        if (is_last && has_slash)
            wants_directory = true;
        long status = step(w, name, length, follow);
        if (status)
            return status;
    }
    if (wants_directory && !inode_is(w->at.inode, LX_S_IFDIR))
        return -LX_ENOTDIR;
    place->path = path_get(w->at);
    place->entry = w->entry ? entry_get(w->entry) : NULL;
    return 0;
}

long path_walk(struct client *client, struct path start, const char *text, unsigned flags, struct place *place)
{
    struct walk *w = &the_walk;
    *place = (struct place){0};
    size_t length = strnlen(text, LX_PATH_MAX);
    if (length >= LX_PATH_MAX)
        return -LX_ENAMETOOLONG;
    if (length == 0)
        return -LX_ENOENT;
    w->client = client;
    w->creds = client_creds(client);
    w->at = path_get(text[0] == '/' ? client->root : start);
    w->entry = NULL;
    w->nr_links = 0;
    w->rest = w->text + sizeof w->text - length - 1;
    memcpy(w->rest, text, length + 1);
    long status = walk_all(w, flags, place);
    move_to(w, (struct path){0}, NULL);
    return status;
}

// Writes TEXT before *AT; false if there is no room.
static bool prepend(char *buffer, char **at, const char *text, size_t length)
{
    if ((size_t)(*at - buffer) < length)
        return false;
    *at -= length;
    memcpy(*at, text, length);
    return true;
}

// Writes "/name" of INODE before *AT and gives its parent, held; NULL if it has none any more.
static struct inode *name_component(struct inode *inode, const struct entry *entry, char *buffer, char **at, bool *fits)
{
    char name[LX_NAME_MAX + 1];
    struct inode *parent;
    if (!entry && inode->ops->parent) {
        parent = inode->ops->parent(inode, name);
        *fits = prepend(buffer, at, name, strlen(name)) && prepend(buffer, at, "/", 1);
        return parent;
    }
    const struct entry *e = entry ? entry : inode->name;
    if (!e)
        return NULL;
    *fits = prepend(buffer, at, e->name, e->length) && prepend(buffer, at, "/", 1);
    return inode_get(e->parent);
}

char *path_name(const struct path *root, const struct path *path, const struct entry *entry, char *buffer, size_t size)
{
    char *at = buffer + size - 1;
    *at = 0;
    bool fits = true;
    const struct entry *own = entry ? entry : path->inode->name;
    if (own && !own->is_linked && !own->parent->ops->parent)
        fits = prepend(buffer, &at, " (deleted)", 10);
    char *end = at;
    struct path p = path_get(*path);
    while (fits && !same_place(&p, root)) {
        if (p.inode == p.mount->root) {
            if (!p.mount->point.mount) {
                fits = prepend(buffer, &at, "(unreachable)", 13);
                break;
            }
            struct path up = path_get(p.mount->point);
            path_put(p);
            p = up;
            entry = NULL;
            continue;
        }
        struct inode *parent = name_component(p.inode, entry, buffer, &at, &fits);
        entry = NULL;
        inode_put(p.inode);
        p.inode = parent;
        if (!parent)
            break;
    }
    bool is_lost = !p.inode;
    if (is_lost)
        mount_put(p.mount);
    else
        path_put(p);
    if (is_lost && fits)
        fits = prepend(buffer, &at, "(unreachable)", 13);
    else if (fits && at == end)
        fits = prepend(buffer, &at, "/", 1);
    return fits ? at : NULL;
}
